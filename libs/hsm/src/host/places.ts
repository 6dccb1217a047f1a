import { HsmUnavailable } from '../contract/faults.js';
import type { HsmPlace } from '../contract/pin-hsm.js';

/** The places of the HSM queue: a bound on what may wait, so that a slow HSM refuses early and not late. */
export class Places {
  readonly #held = new Set<number>();
  #last = 0;

  constructor(private readonly capacity: number) {}

  /** @throws HsmUnavailable when all are taken */
  reserve(): HsmPlace {
    if (this.#held.size >= this.capacity) throw new HsmUnavailable('the HSM queue is full');
    this.#last += 1;
    const number = this.#last;
    this.#held.add(number);
    return { number, [Symbol.dispose]: () => void this.#held.delete(number) };
  }

  /** @throws HsmUnavailable for a place that was given back */
  assertHeld({ number }: HsmPlace): void {
    if (!this.#held.has(number)) throw new HsmUnavailable('the place was given back');
  }
}
