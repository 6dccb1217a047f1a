import { limitReached } from '#libs/errors';

/** Exports at once in this replica. Each reads the database as fast as its caller takes the lines. */
const EXPORTS_AT_ONCE = 4;
const TENANT_EXPORTS_AT_ONCE = 2;
const COME_BACK_SECONDS = 10;

/** Room for exports of the trail. */
export class ExportSlots {
  readonly #running = new Map<string, number>();

  /**
   * @returns what lets go of the place, once, however often it is called
   * @throws PinwardError OPERATION_RATE_LIMITED
   */
  take(tenantId: string): () => void {
    const own = this.#running.get(tenantId) ?? 0;
    if (own >= TENANT_EXPORTS_AT_ONCE) throw limitReached('tenant-audit-exports', COME_BACK_SECONDS);
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, 0);
    if (all >= EXPORTS_AT_ONCE) throw limitReached('audit-exports', COME_BACK_SECONDS);
    this.#running.set(tenantId, own + 1);
    let held = true;
    return () => {
      if (held) this.letGo(tenantId);
      held = false;
    };
  }

  private letGo(tenantId: string): void {
    const rest = (this.#running.get(tenantId) ?? 1) - 1;
    if (rest === 0) this.#running.delete(tenantId);
    else this.#running.set(tenantId, rest);
  }
}
