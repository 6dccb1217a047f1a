import type { EntityManager } from 'typeorm';
import { ApiClientEntity, TimeOrNever } from '#libs/database';
import { PinwardError } from '#libs/errors';
import {
  answered,
  claimRefusal,
  storedBody,
  type Answered,
  type RequestContext,
  emitEvent,
  findClaim,
  recordEffect,
  storeAnswer,
} from '#libs/requests';
import { clientView, type ClientView } from '../client-view.js';
import { lockClient } from './clients.js';

const ACTION = 'client.revoke';

/**
 * Revoking what is revoked changes nothing and says so again.
 *
 * @throws PinwardError CLIENT_NOT_FOUND also for another tenant's client
 */
export async function revokeClient(
  manager: EntityManager,
  {
    context,
    clientId,
    now,
  }: { readonly context: RequestContext; readonly clientId: string; readonly now: Date },
): Promise<Answered<ClientView>> {
  const { tenantId } = context;
  const found = await lockClient(manager, tenantId, clientId);
  const claim = await findClaim(manager, context);
  if (claim.outcome === 'answered') return answered(claim.answer);
  if (claim.outcome !== 'new') throw claimRefusal(claim);
  if (found === null) throw new PinwardError('CLIENT_NOT_FOUND');
  const isNew = found.client.revokedAt.isNever;
  const revokedAt = isNew ? TimeOrNever.at(now) : found.client.revokedAt;
  const body = clientView({ ...found.client, revokedAt }, now);
  if (isNew) {
    await manager.update(ApiClientEntity, { tenantId, clientId }, { revokedAt });
    const details = { client: clientId };
    const effect = { action: ACTION, result: 'revoked', cardId: null, eventNo: null, details };
    await recordEffect(manager, context, effect);
    await emitEvent(manager, context, 'client.revoked', { clientId });
  }
  await storeAnswer(manager, context, { action: ACTION, cardId: null, answer: storedBody({ ...body }) });
  return { body, replayed: false };
}
