import type { EntityManager } from 'typeorm';
import type { RequestContext } from '#libs/requests';
import type { PinPolicy } from '../policy.js';

/** Puts an event into the outbox, with the card as this transaction leaves it. */
export async function emitCardEvent(
  manager: EntityManager,
  policy: PinPolicy,
  context: RequestContext,
  event: { readonly type: string; readonly cardId: string },
): Promise<void> {
  await manager.query(
    `SELECT pinward_emit_card_event($1, c, coalesce(t.pin_max_tries, $2), $3)
       FROM cards c LEFT JOIN tenants t USING (tenant_id)
      WHERE c.tenant_id = $4 AND c.card_id = $5`,
    [event.type, policy.maxTries, context.requestId, context.tenantId, event.cardId],
  );
}
