import type { EntityManager } from 'typeorm';
import { ApiClientEntity, TimeOrNever } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { storedBody, type Done, type RequestContext, type StoredAnswer } from '#libs/requests';
import { clientView } from '../client-view.js';
import { lockClient } from './clients.js';

/**
 * Revoking a revoked client changes nothing and gives the same answer.
 *
 * @throws PinwardError CLIENT_NOT_FOUND also for another tenant's client
 */
export async function revokeClient(
  manager: EntityManager,
  { tenantId }: RequestContext,
  { clientId, now }: { readonly clientId: string; readonly now: Date },
): Promise<Done & { readonly answer: StoredAnswer }> {
  const found = await lockClient(manager, tenantId, clientId);
  if (found === null) throw new PinwardError('CLIENT_NOT_FOUND');
  const isNew = found.client.revokedAt.isNever;
  const revokedAt = isNew ? TimeOrNever.at(now) : found.client.revokedAt;
  const answer = storedBody({ ...clientView({ ...found.client, revokedAt }, now) });
  if (!isNew) return { answer };
  await manager.update(ApiClientEntity, { tenantId, clientId }, { revokedAt });
  return {
    answer,
    line: { result: 'revoked', details: { client: clientId } },
    event: { type: 'client.revoked', data: { clientId } },
  };
}
