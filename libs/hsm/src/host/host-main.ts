import './end-with-parent.js';
import { Cryptoki } from '../pkcs11/cryptoki.js';
import { HostPool } from './host-pool.js';
import type { HostMessage, HostTask, Outcome, ParentMessage } from './messages.js';

/**
 * Entry of the HSM host process. Its main thread only passes messages on, so that it can always end itself; every
 * call into the module is made by a worker.
 */
process.title = 'pinward-hsm-host';

let pool: HostPool | null = null;
let cryptoki: Cryptoki | null = null;

process.on('message', (message: ParentMessage) => {
  void handle(message);
});

async function handle(message: ParentMessage): Promise<void> {
  switch (message.kind) {
    case 'start': {
      const { settings, tokenPin } = message;
      try {
        // Loaded here too: with process-wide libraries a worker's end would unload the module for all.
        cryptoki = new Cryptoki(settings.module);
      } catch {
        return tell({
          kind: 'refused',
          refusal: 'misconfigured',
          message: 'PKCS11 module: cannot be loaded',
        });
      }
      pool = new HostPool(settings);
      const started = await pool.start(tokenPin);
      return tell(
        'refusal' in started ? { kind: 'refused', ...started } : { kind: 'started', report: started },
      );
    }
    case 'run':
      return tell({ kind: 'done', operation: message.task.operation, outcome: await run(message.task) });
    case 'stop':
      return stop();
  }
}

async function run(task: HostTask): Promise<Outcome<unknown>> {
  if (pool === null) return { fault: 'unavailable', message: 'not started' };
  return await pool.run(task);
}

/** The parent stops a host only when nothing is running: C_Finalize with calls in flight crashes. */
function stop(): void {
  try {
    cryptoki?.finalize();
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}

function tell(message: HostMessage): void {
  process.send?.(message);
}
