import { setTimeout as pause } from 'node:timers/promises';
import { HsmMisconfigured, HsmUnavailable } from '../contract/faults.js';
import { HostRefused, HsmHost, type HostOptions } from './hsm-host.js';
import type { HostReplies, HostReport, HostSettings, NewHostTask } from './messages.js';
import { LoginLimit } from './login-limit.js';
import type { OperationBounds } from './pending-operations.js';

/** Attempts of the very first start when the module answers, but not correctly. */
const FIRST_START_ATTEMPTS = 3;
const SHORTEST_BACK_OFF_MS = 250;
/** Short enough that a recovered HSM is used within seconds; a login that succeeds locks nothing. */
const LONGEST_BACK_OFF_MS = 4_000;
/** Interval between attempts to take up a registered key that failed. */
const KEYS_AGAIN_MS = 60_000;
/** A host that worked so long was sound: its end is a new fault, not the old one again. */
const SOUND_LIFE_MS = 5_000;

export interface SupervisorOptions extends Omit<HostOptions, 'settings' | 'signal'> {
  /** Called for each host: the registered keys may have changed since the last one. */
  readonly hostSettings: () => Promise<HostSettings>;
}

interface LiveHost {
  readonly host: HsmHost;
  /** Durations use the monotonic clock: the wall clock may be set back. */
  readonly since: number;
}

/**
 * Keeps one sound HSM host for new work. A host that hangs, fails or ends is replaced, never repaired. Each host logs
 * in once, and the pauses between hosts grow. After a refused login there is no further one: logins lock tokens.
 */
export class HostSupervisor {
  #live: LiveHost | null = null;
  #report: HostReport | null = null;
  #settings: HostSettings | null = null;
  #startedAt = new Date(0);
  #trouble: string | null = null;
  #failures = 0;
  #replacements = 0;
  #closing = false;
  #restarting: Promise<void> = Promise.resolve();
  #takingUp: Promise<void> | null = null;
  /** Keys with which a host did not start, and when. */
  #refused: { readonly keys: string; readonly at: number; readonly message: string } | null = null;
  readonly #logins = new LoginLimit();
  readonly #retired = new Set<HsmHost>();
  readonly #stopped = new AbortController();

  private constructor(private readonly options: SupervisorOptions) {}

  /** @throws LoginRefused, HsmMisconfigured, also when the token keeps failing */
  static async open(options: SupervisorOptions): Promise<HostSupervisor> {
    const supervisor = new HostSupervisor(options);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await supervisor.startHost();
        return supervisor;
      } catch (error) {
        const failure = supervisor.#logins.judged(error);
        const mayPass = failure instanceof HostRefused && failure.refusal !== 'misconfigured';
        if (!mayPass || attempt === FIRST_START_ATTEMPTS) throw supervisor.#logins.judgedLast(failure);
        await pause(SHORTEST_BACK_OFF_MS * attempt);
      }
    }
  }

  /** The findings of the last start. */
  get report(): HostReport {
    if (this.#report === null) throw new HsmUnavailable('no HSM host has started');
    return this.#report;
  }

  /** When the last host passed its start-up checks. */
  get startedAt(): Date {
    return this.#startedAt;
  }

  /** The settings of the last host, in particular its registered keys. */
  get settings(): HostSettings {
    if (this.#settings === null) throw new HsmUnavailable('no HSM host has started');
    return this.#settings;
  }

  /** Why there is no host for new work; null when there is one. */
  get trouble(): string | null {
    return this.#live === null ? (this.#trouble ?? 'the HSM host is starting') : null;
  }

  /** How many hosts hung, failed or ended by themselves since the start. */
  get replacements(): number {
    return this.#replacements;
  }

  /** Why the last host was replaced, or why none takes its place; null when none was replaced. */
  get lastTrouble(): string | null {
    return this.#trouble;
  }

  /** Why a registered key is not used here; null when all are used. */
  get keyTrouble(): string | null {
    return this.#refused === null ? null : `registered keys cannot be used here: ${this.#refused.message}`;
  }

  /**
   * If the registered keys have changed since the host was started, a fresh host takes new work, and the old one
   * finishes its own. The start-up checks look at the new keys before any request uses them.
   *
   * @throws HostRefused or LoginRefused when a host does not start with them: the old one goes on
   */
  async takeUpKeys(): Promise<void> {
    this.#takingUp ??= this.startBeside().finally(() => (this.#takingUp = null));
    await this.#takingUp;
  }

  /** @throws HsmFault */
  async forward<Task extends NewHostTask>(
    task: Task,
    bounds: OperationBounds,
  ): Promise<HostReplies[Task['kind']]> {
    if (this.#live === null) throw new HsmUnavailable(this.trouble ?? 'the HSM host is starting');
    return await this.#live.host.request(task, bounds);
  }

  /** Waits for running operations, up to their bounds, and stops the host. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#stopped.abort();
    const live = this.#live?.host;
    this.#live = null;
    const ends = [...this.#retired].map(async (host) => {
      await host.drained();
      await host.end();
    });
    await live?.drained();
    const takingUp = this.#takingUp?.catch(() => undefined);
    await Promise.all([live?.stop(), this.#restarting, takingUp, ...ends]);
  }

  private async startHost(): Promise<void> {
    const settings = await this.options.hostSettings();
    const host = await this.newHost(settings);
    if (this.#closing) return await host.end();
    this.use(host, settings);
  }

  private async newHost(settings: HostSettings): Promise<HsmHost> {
    const { hostSettings: _, ...options } = this.options;
    const { signal } = this.#stopped;
    return await HsmHost.start({ ...options, settings, signal }, (failing, reason) =>
      this.replace(failing, reason),
    );
  }

  private use(host: HsmHost, settings: HostSettings): void {
    this.#startedAt = new Date();
    this.#live = { host, since: performance.now() };
    this.#report = host.report;
    this.#settings = settings;
    this.#refused = null;
    this.#logins.succeeded();
  }

  private async startBeside(): Promise<void> {
    const old = this.#live;
    // A restart that is under way reads the keys anyway.
    if (old === null || this.#closing || this.#logins.isReached) return;
    const settings = await this.options.hostSettings();
    const keys = nameOf(settings);
    if (keys === nameOf(this.settings)) return void (this.#refused = null);
    if (this.#refused?.keys === keys && performance.now() - this.#refused.at < KEYS_AGAIN_MS)
      throw new HsmUnavailable(this.#refused.message);
    try {
      const host = await this.newHost(settings);
      if (this.#closing || this.#live !== old) return await host.end();
      this.use(host, settings);
      this.retire(old.host);
    } catch (error) {
      if (this.#closing) return;
      const refusal = this.#logins.judged(
        error instanceof HostRefused ? error : new HostRefused('failing', 'it did not start'),
      );
      this.#refused = { keys, at: performance.now(), message: refusal.message };
      throw refusal;
    }
  }

  /** It finishes its operations. */
  private retire(host: HsmHost): void {
    this.#retired.add(host);
    void host.retire().then(() => this.#retired.delete(host));
  }

  private replace(host: HsmHost, reason: string): void {
    if (this.#live?.host !== host) return;
    const soundLife = performance.now() - this.#live.since > SOUND_LIFE_MS;
    this.#failures = soundLife ? 0 : this.#failures + 1;
    this.#live = null;
    this.#replacements += 1;
    this.#trouble = reason;
    this.retire(host);
    this.#restarting = this.restart();
  }

  /** The first replacement starts at once, further ones after growing pauses. */
  private async restart(): Promise<void> {
    while (!this.#closing && !this.#logins.isReached) {
      try {
        await this.pauseBeforeStart();
        return await this.startHost();
      } catch (error) {
        if (this.#closing) return;
        this.#failures += 1;
        const failure = this.#logins.judged(error);
        this.#trouble =
          failure instanceof HsmMisconfigured
            ? failure.message
            : `the HSM host cannot be started (${codeOf(failure)})`;
      }
    }
  }

  private async pauseBeforeStart(): Promise<void> {
    if (this.#failures <= 1) return;
    const milliseconds = Math.min(LONGEST_BACK_OFF_MS, SHORTEST_BACK_OFF_MS * 2 ** (this.#failures - 2));
    await pause(milliseconds, undefined, { signal: this.#stopped.signal, ref: false });
  }
}

/** The registered keys as text, to see whether they have changed. */
function nameOf({ token }: HostSettings): string {
  return JSON.stringify(
    token.registeredKeys.map(({ kind, generation, state, fingerprint, expiresAt }) => {
      return [kind, generation, state, fingerprint.toString('hex'), expiresAt?.toISOString()];
    }),
  );
}

/** How texts for operators name a fault of another part, such as the database: by its code, never its message. */
function codeOf(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault;
  const { cause, name } = fault;
  const code = [fault, cause].map((each) =>
    each instanceof Error && 'code' in each ? each.code : undefined,
  );
  return code.findLast((each) => typeof each === 'string') ?? name;
}
