import './end-with-parent.js';
import { Cryptoki } from '../pkcs11/cryptoki.js';
import { Batch } from './batch.js';
import { HostPool } from './host-pool.js';
import type { Answer, HostMessage, HostSettings, HostTask, Outcome, ParentMessage } from './messages.js';

/**
 * Entry of the HSM host process. Its main thread only passes messages on, so that it can always end itself; every
 * call into the module is made by a worker.
 */
process.title = 'pinward-hsm-host';

let pool: HostPool | null = null;
let cryptoki: Cryptoki | null = null;
const answers = new Batch<Answer>((batch) => tell({ kind: 'done', answers: batch }));

process.on('message', (message: ParentMessage) => {
  void handle(message);
});

/** A fault of ours in here ends the process: then the dispatch ledger decides what each operation costs. */
async function handle(message: ParentMessage): Promise<void> {
  switch (message.kind) {
    case 'start':
      return tell(await start(message.settings));
    case 'run':
      await Promise.all(message.tasks.map(answer));
      return;
    case 'stop':
      return stop();
  }
}

async function start(settings: HostSettings): Promise<HostMessage> {
  try {
    // Loaded here too: with process-wide libraries a worker's end would unload the module for all.
    cryptoki = new Cryptoki(settings.module);
  } catch (fault) {
    // The loader's own words: a missing file, another architecture, a library that is none.
    const words = fault instanceof Error ? fault.message : 'no reason given';
    return { kind: 'refused', refusal: 'misconfigured', message: `PKCS11_MODULE cannot be loaded: ${words}` };
  }
  pool = new HostPool(settings);
  const started = await pool.start();
  return 'refusal' in started ? { kind: 'refused', ...started } : { kind: 'started', report: started };
}

async function answer(task: HostTask): Promise<void> {
  answers.add({ operation: task.entry.operation, outcome: await execute(task) });
}

async function execute(task: HostTask): Promise<Outcome<unknown>> {
  if (pool === null) return { fault: 'unavailable', message: 'not started' };
  return await pool.execute(task);
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
