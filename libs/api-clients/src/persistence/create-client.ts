import type { EntityManager } from 'typeorm';
import {
  ApiClientEntity,
  ClientSecretEntity,
  findClaim,
  recordEffect,
  storeAnswer,
  TenantEntity,
} from '#libs/database';
import { PinwardError } from '#libs/errors';
import { refuseRepeat, type RequestContext } from '#libs/requests';
import type { CheckedClient } from '../new-client.js';

const ACTION = 'client.create';

export interface ClientRecord {
  readonly context: RequestContext;
  readonly client: CheckedClient;
  /** Of its first secret, as `digest` is. */
  readonly hash: string;
  readonly digest: Buffer;
  readonly now: Date;
}

/** @throws PinwardError CLIENT_ID_IN_USE by another client of the tenant; what other tenants have is not looked at */
export async function createClient(
  manager: EntityManager,
  { context, client, hash, digest, now }: ClientRecord,
): Promise<void> {
  const { tenantId } = context;
  const { clientId } = client;
  // 1. Request id, then state.
  refuseRepeat(await findClaim(manager, context));
  if (!(await manager.existsBy(TenantEntity, { tenantId }))) {
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the caller has no such tenant') });
  }
  if (await manager.existsBy(ApiClientEntity, { tenantId, clientId })) {
    // A copy of this request may have made it since the request id was looked at.
    refuseRepeat(await findClaim(manager, context));
    throw new PinwardError('CLIENT_ID_IN_USE');
  }
  // 2. The client with its first secret. A concurrent one with the same id is a conflict, after which it is found.
  await manager.insert(ApiClientEntity, {
    ...client,
    scopes: [...client.scopes],
    allowedAddresses: [...client.allowedAddresses],
    tenantId,
    createdAt: now,
  });
  await manager.insert(ClientSecretEntity, { tenantId, clientId, secretNo: 1, hash, digest, createdAt: now });
  // 3. What goes with it. The answer shows the secret, so it is not kept.
  await storeAnswer(manager, context, { action: ACTION, cardId: null, answer: null });
  await recordEffect(manager, context, {
    action: ACTION,
    result: 'created',
    cardId: null,
    eventNo: null,
    details: {
      client: clientId,
      scopes: client.scopes.join(' '),
      allowedAddresses: client.allowedAddresses.join(' '),
      ...(client.person === null ? {} : { person: client.person }),
      ...(client.requestsPerMinute === null ? {} : { requestsPerMinute: String(client.requestsPerMinute) }),
    },
  });
}
