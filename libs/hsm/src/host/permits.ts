import { HsmUnavailable } from '../contract/faults.js';
import type { HsmPermit } from '../contract/pin-hsm.js';

/** Of all permits, for one tenant: whoever floods the queue is refused while others still find a permit. */
const TENANTS_SHARE = 3 / 4;

/** The permits of the HSM queue: a bound on what may wait, so that a slow HSM refuses early and not late. */
export class HsmPermits {
  /** By number, with the tenant that it counts for. */
  readonly #held = new Map<number, string | null>();
  readonly #byTenant = new Map<string, number>();
  #last = 0;

  constructor(private readonly capacity: number) {}

  /**
   * @param tenantId null for the service's own work
   * @throws HsmUnavailable when all are taken, or the tenant has its share
   */
  reserve(tenantId: string | null = null): HsmPermit {
    if (this.#held.size >= this.capacity) throw new HsmUnavailable('the HSM queue is full');
    if (tenantId !== null) this.count(tenantId);
    this.#last += 1;
    const number = this.#last;
    this.#held.set(number, tenantId);
    return { number, [Symbol.dispose]: () => this.giveBack(number) };
  }

  /** @throws HsmUnavailable for a permit that was given back */
  assertHeld({ number }: HsmPermit): void {
    if (!this.#held.has(number)) throw new HsmUnavailable('the permit was given back');
  }

  private count(tenantId: string): void {
    const held = this.#byTenant.get(tenantId) ?? 0;
    if (held >= Math.ceil(this.capacity * TENANTS_SHARE))
      throw new HsmUnavailable("the tenant's share of the HSM queue is full");
    this.#byTenant.set(tenantId, held + 1);
  }

  private giveBack(number: number): void {
    const tenantId = this.#held.get(number);
    if (!this.#held.delete(number) || typeof tenantId !== 'string') return;
    const held = (this.#byTenant.get(tenantId) ?? 0) - 1;
    if (held > 0) this.#byTenant.set(tenantId, held);
    else this.#byTenant.delete(tenantId);
  }
}
