import { statSync } from 'node:fs';
import { ShimLog, type ShimCall, type Unwrap } from '../rigs/shim.js';
import type { SentEnvelope } from './card-app.js';

/**
 * Counts evaluations over the shim logs of all service processes of a test, those that have been killed included.
 * A log that has not grown is not read again: there may be hundreds.
 */
export class UnwrapCounts {
  readonly #logs: ReadLog[] = [];

  /** Of a process that has loaded the shim. */
  add(path: string): void {
    this.#logs.push(new ReadLog(path));
  }

  /** How often the real module was asked to open each of these envelopes. */
  evaluations(envelopes: readonly SentEnvelope[]): readonly number[] {
    const counts = new Map<string, number>();
    for (const { ciphertext } of this.unwraps()) counts.set(ciphertext, (counts.get(ciphertext) ?? 0) + 1);
    return envelopes.map(({ prefix }) => counts.get(prefix) ?? 0);
  }

  /** HSM hosts that opened one of these envelopes. */
  evaluatingHosts(envelopes: readonly SentEnvelope[]): ReadonlySet<number> {
    const prefixes = new Set(envelopes.map(({ prefix }) => prefix));
    const unwraps = this.unwraps().filter(({ ciphertext }) => prefixes.has(ciphertext));
    return new Set(unwraps.map(({ call }) => call.pid));
  }

  /** The call that opens this envelope has come in at the shim, whatever becomes of it there. */
  hasArrived({ prefix }: SentEnvelope): boolean {
    return this.calls().some(({ ciphertext }) => ciphertext === prefix);
  }

  /** The same, and the real module has answered. */
  hasBeenOpened({ prefix }: SentEnvelope): boolean {
    return this.calls().some(({ ciphertext, result }) => ciphertext === prefix && result !== null);
  }

  private calls(): readonly ShimCall[] {
    return this.#logs.flatMap((log) => log.read().calls);
  }

  private unwraps(): readonly Unwrap[] {
    return this.#logs.flatMap((log) => log.read().unwraps);
  }
}

interface Content {
  readonly size: number;
  readonly calls: readonly ShimCall[];
  readonly unwraps: readonly Unwrap[];
}

class ReadLog {
  #content: Content = { size: -1, calls: [], unwraps: [] };

  constructor(private readonly path: string) {}

  read(): Content {
    const { size } = statSync(this.path);
    if (size !== this.#content.size) {
      const log = new ShimLog(this.path);
      const calls = log.calls().filter((call) => call.function === 'C_UnwrapKey');
      this.#content = { size, calls, unwraps: log.unwraps() };
    }
    return this.#content;
  }
}
