import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { HsmMisconfigured, HsmUnavailable } from '../contract/faults.js';
import type { TokenPin } from '../token-pin.js';
import {
  Batch,
  type HostMessage,
  type HostReplies,
  type HostReport,
  type HostSettings,
  type HostTask,
  type NewHostTask,
  type ParentMessage,
  type StartRefusal,
} from './messages.js';
import { DispatchLedger } from './dispatch-ledger.js';
import { PendingOperations, type OperationBounds } from './pending-operations.js';
import { sendTokenPin, TOKEN_PIN_FD } from './token-pin-pipe.js';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 2_000;
/**
 * MiB, for the main thread and each worker. The garbage of an operation is short-lived. With V8's default, 48 MiB a
 * thread may fill up before it is collected, and they are never given back.
 */
const YOUNG_GENERATION = ['--min-semi-space-size=2', '--max-semi-space-size=2'];
/**
 * SIGUSR1 would open the debugger of the process through which PINs pass. Node.js before 22.14 does not know the flag.
 */
const NO_DEBUGGER = ['--disable-sigusr1'].filter((flag) => process.allowedNodeEnvironmentFlags.has(flag));
/** Interval between checks of deadlines. */
const SWEEP_MS = 50;

export interface HostOptions {
  readonly entry: URL;
  readonly settings: HostSettings;
  readonly tokenPin: TokenPin;
  /** The whole environment of the child; empty when absent, never this process's own. */
  readonly environment: NodeJS.ProcessEnv | undefined;
  /** Gets each line of its standard error; when absent, the lines go to this process's own. */
  readonly onLine: ((line: string) => void) | undefined;
  /** Ends a host that is still starting. */
  readonly signal: AbortSignal;
}

/** A host that did not start; LoginLimit says whether another may be tried. */
export class HostRefused extends HsmMisconfigured {
  constructor(
    readonly refusal: StartRefusal['refusal'],
    message: string,
  ) {
    super(message);
  }
}

/**
 * One HSM host process, seen from the parent. It is never asked to recover: `onFailing` reports a fault once, and the
 * host is replaced.
 */
export class HsmHost {
  readonly #ledger: DispatchLedger;
  readonly #pending: PendingOperations;
  readonly #tasks = new Batch<HostTask>((tasks) => this.tell({ kind: 'run', tasks }));
  readonly #ended: Promise<void>;
  #failing = false;
  #retired = false;
  #report: HostReport | null = null;
  #onStart: ((answer: HostReport | HostRefused) => void) | null = null;

  private constructor(
    private readonly child: ChildProcess,
    ledger: DispatchLedger,
    private readonly onFailing: (host: HsmHost, reason: string) => void,
  ) {
    this.#ledger = ledger;
    this.#pending = new PendingOperations(ledger);
    child.on('message', (message: HostMessage) => this.receive(message));
    child.on('error', () => this.kill());
    const sweep = setInterval(() => this.sweep(), SWEEP_MS);
    this.#ended = new Promise((resolve) => {
      // 'close' and not 'exit': by then the host's last answers have been read.
      child.once('close', () => {
        clearInterval(sweep);
        this.#onStart?.(this.endedWhileStarting());
        this.fail('the HSM host ended');
        this.#pending.abandonAll();
        this.#ledger.close();
        resolve();
      });
    });
  }

  /** @throws HostRefused */
  static async start(
    { entry, settings, tokenPin, environment, onLine, signal }: HostOptions,
    onFailing: (host: HsmHost, reason: string) => void,
  ): Promise<HsmHost> {
    const ledger = new DispatchLedger();
    const child = fork(entry, [], {
      serialization: 'advanced',
      // None of this process's own arguments either (a debugger's port, a test runner's loader).
      execArgv: [...YOUNG_GENERATION, ...NO_DEBUGGER],
      // The last one is for the token PIN (token-pin-pipe.ts).
      stdio: [
        'ignore',
        'ignore',
        onLine === undefined ? 'inherit' : 'pipe',
        ledger.descriptor,
        'ipc',
        'pipe',
      ],
      env: environment ?? {},
    });
    if (onLine !== undefined && child.stderr !== null) createInterface(child.stderr).on('line', onLine);
    const host = new HsmHost(child, ledger, onFailing);
    const abort = () => host.kill();
    const timer = setTimeout(abort, START_TIMEOUT_MS);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    try {
      const answer = await new Promise<HostReport | HostRefused>((resolve) => {
        host.#onStart = resolve;
        host.tell({ kind: 'start', settings });
        const pipe = child.stdio.at(TOKEN_PIN_FD);
        if (pipe instanceof Writable) sendTokenPin(pipe, tokenPin);
      });
      if (!(answer instanceof HostRefused)) return host;
      await host.end();
      throw answer;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      host.#onStart = null;
    }
  }

  get report(): HostReport {
    if (this.#report === null) throw new HsmUnavailable('the HSM host has not started');
    return this.#report;
  }

  /** Hands one operation to the host. @throws HsmFault */
  async request<Task extends NewHostTask>(
    task: Task,
    bounds: OperationBounds,
  ): Promise<HostReplies[Task['kind']]> {
    if (this.#retired || !this.child.connected) throw new HsmUnavailable('the HSM host is gone');
    const { entry, settled } = this.#pending.add(bounds);
    this.#tasks.add({ ...task, entry });
    // Each task kind has its own reply; both sides share one table of types.
    return (await settled) as HostReplies[Task['kind']];
  }

  /** Takes no new work. Running operations may finish; then, or at the latest deadline, the process is killed. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.endIfDrained();
    await this.#ended;
  }

  /** A clean end, for the service's own shutdown. */
  async stop(): Promise<void> {
    this.#retired = true;
    this.#failing = true;
    this.tell({ kind: 'stop' });
    const timer = setTimeout(() => this.kill(), STOP_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Resolves when nothing is pending. */
  async drained(): Promise<void> {
    await this.#pending.drained();
  }

  /** Ends the process at once; by then pending operations are settled. */
  async end(): Promise<void> {
    this.kill();
    await this.#ended;
  }

  private kill(): void {
    this.child.kill('SIGKILL');
  }

  private receive(message: HostMessage): void {
    switch (message.kind) {
      case 'started':
        this.#report = message.report;
        return this.#onStart?.(message.report);
      case 'refused':
        return this.#onStart?.(new HostRefused(message.refusal, message.message));
      case 'done':
        for (const { operation, outcome } of message.answers) {
          if (this.#pending.settle(operation, outcome)) this.fail('the device is failing');
        }
        return this.endIfDrained();
    }
  }

  private sweep(): void {
    if (this.#pending.size === 0 && !this.#pending.hasOverdue) return;
    if (this.#pending.expire(process.hrtime.bigint())) this.fail('a call does not return');
    this.endIfDrained();
  }

  /** Killed, crashed or out of time. */
  private endedWhileStarting(): HostRefused {
    if (!this.#ledger.loginIsUnanswered)
      return new HostRefused('failing', 'the HSM host ended while starting');
    return new HostRefused('login-unclear', 'the login did not return, perhaps for the token PIN');
  }

  private fail(reason: string): void {
    if (this.#failing) return;
    this.#failing = true;
    this.onFailing(this, reason);
  }

  private endIfDrained(): void {
    if (this.#retired && this.#pending.size === 0) this.kill();
  }

  private tell(message: ParentMessage): void {
    // The channel may close meanwhile; the 'close' event settles everything.
    this.child.send(message, () => undefined);
  }
}
