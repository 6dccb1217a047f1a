/**
 * The HSM host imports this first: when the parent is gone, the host ends too, even if its threads are busy. Only
 * SIGKILL ends a process with a native call that never returns.
 */
function end(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

process.on('disconnect', end);
process.on('uncaughtException', (error) => {
  // Name and place only: the message might contain an argument's value.
  process.stderr.write(`pinward HSM host: ${error.name} ${error.stack?.split('\n')[1]?.trim() ?? ''}\n`);
  end();
});
// The terminal's Ctrl-C reaches the whole process group; the parent drains first and stops the host itself.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// When a terminal is closed, or a reload is sent to the group.
process.on('SIGHUP', () => undefined);

if (!process.connected) end();
