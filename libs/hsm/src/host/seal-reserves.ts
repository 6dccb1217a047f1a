import { HsmUnavailable } from '../contract/faults.js';
import { keyLabel } from '../contract/keys.js';
import type { HsmSettings, SealKeyName } from '../settings.js';

/** Noted at a time: a crash wastes fewer than this many of 2^32, and only one seal in a thousand waits for the note. */
const RESERVE = 1_000;

/** Counts values before they are sealed, so that no key seals more than its IVs are good for. */
export class SealReserves {
  readonly #left = new Map<string, number>();
  readonly #noting = new Map<string, Promise<void>>();

  constructor(private readonly reserveSeals: HsmSettings['reserveSeals']) {}

  /** @throws HsmUnavailable when no more may be noted, or the note could not be made */
  async take(key: SealKeyName): Promise<void> {
    const label = keyLabel(key);
    while ((this.#left.get(label) ?? 0) === 0) await this.note(key, label);
    this.#left.set(label, (this.#left.get(label) ?? 0) - 1);
  }

  /** Whoever comes while a note is being made waits for that one. */
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
