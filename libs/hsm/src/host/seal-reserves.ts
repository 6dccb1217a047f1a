import { HsmUnavailable } from '../contract/faults.js';
import { keyLabel } from '../contract/keys.js';
import type { HsmSettings, SealKeyName } from '../settings.js';

/** Amount of one note: a crash wastes less than this of 2^32, and only one seal in a thousand waits for a note. */
const RESERVE = 1_000;

/** Counts values before they are sealed, so that no key seals more values than its IVs allow. */
export class SealReserves {
  readonly #left = new Map<string, number>();
  readonly #noting = new Map<string, Promise<void>>();

  constructor(private readonly reserveSeals: HsmSettings['reserveSeals']) {}

  /** @throws HsmUnavailable when the limit is reached, or the note failed */
  async take(key: SealKeyName): Promise<void> {
    const label = keyLabel(key);
    while ((this.#left.get(label) ?? 0) === 0) await this.note(key, label);
    this.#left.set(label, (this.#left.get(label) ?? 0) - 1);
  }

  /** Calls that come while a note is being made wait for it. */
  private async note(key: SealKeyName, label: string): Promise<void> {
    const noting =
      this.#noting.get(label) ??
      this.reserveSeals(key, RESERVE)
        .then(() => void this.#left.set(label, (this.#left.get(label) ?? 0) + RESERVE))
        .finally(() => this.#noting.delete(label));
    this.#noting.set(label, noting);
    await noting.catch((cause: unknown) => {
      throw new HsmUnavailable(`${label}: no more values can be sealed`, { cause });
    });
  }
}
