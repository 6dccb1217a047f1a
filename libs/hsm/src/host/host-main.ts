import './end-with-parent.js';
import { Cryptoki } from '../pkcs11/cryptoki.js';
import {
  type Answer,
  asBuffer,
  Batch,
  type HostMessage,
  type HostReport,
  type HostSettings,
  type HostTask,
  type Outcome,
  type ParentMessage,
  type StartRefusal,
  type TagWeakPinsTask,
  type WeakPinTagFields,
} from './messages.js';
import { randomBytes } from 'node:crypto';
import { Piscina } from 'piscina';
import { cardBinding, PinBlockError } from '#libs/client/pin-block';
import { compiledFile } from '#libs/program-files';
import { currentKey } from '../contract/keys.js';
import { TAG_BYTES } from '../evaluation/verifier-mac.js';
import type { WeakPinBatch } from '../pkcs11/pin-operations.js';
import { FairSemaphore } from '#libs/fair-semaphore';
import type { WorkerTask } from './worker-main.js';

/**
 * Entry of the HSM host process. Its main thread only passes messages on, so it can always end the process; workers
 * make every call into the module.
 */
process.title = 'pinward-hsm-host';

let pool: HostPool | null = null;
let cryptoki: Cryptoki | null = null;
const answers = new Batch<Answer>((batch) => tell({ kind: 'done', answers: batch }));

process.on('message', (message: ParentMessage) => {
  void handle(message);
});

/** A fault of our own in here ends the process; then the dispatch ledger decides what each operation costs. */
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
    // Loaded here too: where the library is shared by the process, a worker's end would unload the module for all.
    cryptoki = new Cryptoki(settings.module);
  } catch (fault) {
    // The loader's own message: a missing file, another architecture, a file that is no library.
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

/** The parent stops a host only when nothing is running: C_Finalize crashes while calls are running. */
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

/** So many weak PINs a worker tags in one task: few enough that a validate behind them hardly waits. */
const TAG_BATCH = 16;
/** Tasks sent to a worker in advance; it works on one at a time. */
const TASKS_AT_A_WORKER = 4;
const NONCE_BYTES = 16;
/** For tasks that touch no envelope. */
const NO_ENTRY = { slot: 0, operation: 0 };

/** The worker threads of an HSM host. */
export class HostPool {
  readonly #pool: Piscina;
  /** As many as the workers have room for. Further tasks, bounded by HsmPermits, wait here; tenants take turns. */
  readonly #workers: FairSemaphore;
  readonly #tagging: FairSemaphore;

  constructor(private readonly settings: HostSettings) {
    const { workers } = settings;
    this.#pool = new Piscina({
      filename: compiledFile('libs/hsm/src/host/worker-main.js'),
      minThreads: workers,
      maxThreads: workers,
      // The next task waits in its worker: to fall asleep and be woken for each would cost a third of the rate.
      concurrentTasksPerWorker: TASKS_AT_A_WORKER,
      workerData: settings,
    });
    // A worker that cannot live would be started again and again. So the host ends, and the parent decides.
    this.#pool.on('error', (error: Error) => {
      throw error;
    });
    // Tag sets never take more than half of the workers from validations.
    this.#tagging = new FairSemaphore(Math.max(1, Math.floor(workers / 2)));
    this.#workers = new FairSemaphore(workers * TASKS_AT_A_WORKER);
  }

  /** Start-up checks in one worker, then a session in each. */
  async start(): Promise<HostReport | StartRefusal> {
    const started = await this.send<HostReport | StartRefusal>({ kind: 'start' });
    if ('refusal' in started) return started;
    const sessions = Array.from({ length: this.settings.workers }, () =>
      this.send<Outcome<null>>({ kind: 'known-answer', entry: NO_ENTRY }),
    );
    const failed = (await Promise.all(sessions)).find((outcome) => 'fault' in outcome);
    return failed !== undefined && 'fault' in failed
      ? { refusal: 'failing', message: failed.message }
      : started;
  }

  async execute(task: HostTask): Promise<Outcome<unknown>> {
    if (task.kind === 'tag-weak-pins') return await this.tagWeakPins(task);
    return await this.#workers.run(partyOf(task), () => this.send<Outcome<unknown>>(task));
  }

  private async tagWeakPins({ cardId, pinAccount }: TagWeakPinsTask): Promise<Outcome<WeakPinTagFields>> {
    const binding = await cardBinding(cardId).catch(nullIfMalformed);
    if (binding === null) return { fault: 'unavailable', message: 'the card id is malformed' };
    const generation = this.currentWrapping();
    const nonce = randomBytes(NONCE_BYTES);
    const card = { pinAccount, cardBinding: Buffer.from(binding), generation, nonce };
    const tags: Buffer[] = [];
    for (const outcome of await Promise.all(
      this.batches().map((pins) => this.tagBatch(cardId, { ...card, pins })),
    )) {
      if ('fault' in outcome) return outcome;
      tags.push(...tagsOf(asBuffer(outcome.reply)));
    }
    // Sorted: the list's own order would show which tag belongs to which entry.
    const sorted = Buffer.concat(tags.toSorted((one, other) => one.compare(other)));
    return { reply: { generation, nonce, tags: sorted } };
  }

  private batches(): readonly (readonly string[])[] {
    const { weakPins } = this.settings;
    return Array.from({ length: Math.ceil(weakPins.length / TAG_BATCH) }, (_, index) =>
      weakPins.slice(index * TAG_BATCH, (index + 1) * TAG_BATCH),
    );
  }

  private async tagBatch(cardId: string, batch: WeakPinBatch): Promise<Outcome<Uint8Array>> {
    return await this.#tagging.run(cardId, () =>
      this.send<Outcome<Uint8Array>>({ kind: 'tag-batch', batch }),
    );
  }

  private currentWrapping(): number {
    const current = currentKey(this.settings.token.registeredKeys, 'pin-wrapping');
    if (current === undefined) throw new Error('no current pin-wrapping generation');
    return current.generation;
  }

  private async send<Reply>(task: WorkerTask): Promise<Reply> {
    return (await this.#pool.run(task)) as Reply;
  }
}

/** The party that takes a turn: a tenant for its evaluations and imports; the service's own work is a party of its own. */
function partyOf(task: HostTask): string {
  if ('tenantId' in task) return task.tenantId;
  return 'card' in task ? task.card.tenantId : '';
}

/** Any other fault is ours and ends the host. */
function nullIfMalformed(fault: unknown): null {
  if (fault instanceof PinBlockError) return null;
  throw fault;
}

function tagsOf(tags: Buffer): readonly Buffer[] {
  return Array.from({ length: tags.length / TAG_BYTES }, (_, index) =>
    tags.subarray(index * TAG_BYTES, (index + 1) * TAG_BYTES),
  );
}
