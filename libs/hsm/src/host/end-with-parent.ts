/**
 * Imported first by the HSM host: when the parent is gone, so is the host, whatever its threads are doing. Only
 * SIGKILL ends a process with a native call that never returns.
 */
function end(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

process.on('disconnect', end);
process.on('uncaughtException', (error) => {
  // Name and place only: a message might hold what an argument held.
  process.stderr.write(`pinward HSM host: ${error.name} ${error.stack?.split('\n')[1]?.trim() ?? ''}\n`);
  end();
});
// The terminal's Ctrl-C reaches the whole process group; the parent drains first and stops the host itself.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// A terminal that is closed, and a reload that is sent to the group.
process.on('SIGHUP', () => undefined);

if (!process.connected) end();
