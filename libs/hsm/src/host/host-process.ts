import { fork, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { HsmMisconfigured, HsmUnavailable } from '../contract/faults.js';
import type { TokenPin } from '../token-pin.js';
import { DispatchRecordReader } from './dispatch-records.js';
import {
  DISPATCH_FD,
  type HostMessage,
  type HostReplies,
  type HostReport,
  type HostSettings,
  type NewHostTask,
  type ParentMessage,
  type StartRefusal,
} from './messages.js';
import { PendingOperations, type OperationBounds } from './pending-operations.js';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 2_000;
/** How often deadlines are looked at. */
const SWEEP_MS = 50;

export interface HostOptions {
  readonly entry: URL;
  readonly settings: HostSettings;
  readonly tokenPin: TokenPin;
  /** Whole environment of the child; inherited when absent. */
  readonly environment: NodeJS.ProcessEnv | undefined;
}

/** A host that did not start. `token-pin` is final, `failing` may pass. */
export class HostRefused extends HsmMisconfigured {
  constructor(
    readonly refusal: StartRefusal['refusal'],
    message: string,
  ) {
    super(message);
  }
}

/**
 * One HSM host process, seen from the parent. It is never asked to recover: what is wrong with it is told once through
 * `onFailing`, and it is replaced.
 */
export class HsmHost {
  readonly #pending = new PendingOperations();
  readonly #ended: Promise<void>;
  #failing = false;
  #retired = false;
  #report: HostReport | null = null;
  #onStart: ((answer: HostReport | HostRefused) => void) | null = null;

  private constructor(
    private readonly child: ChildProcess,
    private readonly onFailing: (host: HsmHost, reason: string) => void,
  ) {
    const records = new DispatchRecordReader();
    (child.stdio[DISPATCH_FD] as Readable).on('data', (chunk: Buffer) => {
      for (const operation of records.read(chunk)) this.#pending.markDispatched(operation);
    });
    child.on('message', (message: HostMessage) => this.receive(message));
    child.on('error', () => this.kill());
    const sweep = setInterval(() => this.sweep(), SWEEP_MS);
    this.#ended = new Promise((resolve) => {
      // 'close' and not 'exit': by then messages and dispatch records have been read to their end.
      child.once('close', () => {
        clearInterval(sweep);
        this.#onStart?.(new HostRefused('failing', 'the HSM host ended while starting'));
        this.fail('the HSM host ended');
        this.#pending.abandonAll();
        resolve();
      });
    });
  }

  /** @throws HostRefused */
  static async start(
    { entry, settings, tokenPin, environment }: HostOptions,
    onFailing: (host: HsmHost, reason: string) => void,
  ): Promise<HsmHost> {
    const child = fork(entry, [], {
      serialization: 'advanced',
      // Flags meant for this process (a debugger's port, a test runner's loader) are not the host's.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'ipc'],
      ...(environment === undefined ? {} : { env: environment }),
    });
    const host = new HsmHost(child, onFailing);
    const timer = setTimeout(() => host.kill(), START_TIMEOUT_MS);
    try {
      const answer = await new Promise<HostReport | HostRefused>((resolve) => {
        host.#onStart = resolve;
        host.tell({ kind: 'start', settings, tokenPin: tokenPin.reveal() });
      });
      if (!(answer instanceof HostRefused)) return host;
      host.kill();
      await host.#ended;
      throw answer;
    } finally {
      clearTimeout(timer);
      host.#onStart = null;
    }
  }

  get report(): HostReport {
    if (this.#report === null) throw new HsmUnavailable('the HSM host has not started');
    return this.#report;
  }

  /** Hands one operation to the host. @throws HsmFault */
  async run<Task extends NewHostTask>(
    task: Task,
    bounds: OperationBounds,
  ): Promise<HostReplies[Task['kind']]> {
    if (this.#retired || !this.child.connected) throw new HsmUnavailable('the HSM host is gone');
    const { operation, settled } = this.#pending.add(bounds);
    this.tell({ kind: 'run', task: { ...task, operation } });
    // Each task kind has its own reply; the host is ours, and both sides share one table of types.
    return (await settled) as HostReplies[Task['kind']];
  }

  /** No new work. What is running may end; then, or at the latest deadline, the process is killed. */
  retire(): void {
    this.#retired = true;
    if (this.#pending.size === 0) this.kill();
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

  kill(): void {
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
        if (this.#pending.settle(message.operation, message.outcome)) this.fail('the device is failing');
        return this.endIfDrained();
    }
  }

  /** Timers run before input is read; the deadlines are judged after it, so no dispatch record is overlooked. */
  private sweep(): void {
    if (this.#pending.size === 0) return;
    setImmediate(() => {
      if (this.#pending.expire(process.hrtime.bigint())) this.fail('a call does not return');
      this.endIfDrained();
    });
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
    // A channel that closes meanwhile is no news: 'close' settles everything.
    this.child.send(message, () => undefined);
  }
}
