import type { EntityManager } from 'typeorm';
import { ApiClientEntity, ClientSecretEntity, TenantEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { emitEvent, recordEffect, type RequestContext } from '#libs/requests';
import type { CheckedClient } from '../new-client.js';
import { registeredPerson } from '../person-registry.js';

export const CREATE_CLIENT = 'client.create';

/** The stored form of a secret, and its time. */
export interface KeptSecret {
  readonly hash: string;
  readonly digest: Buffer;
  readonly now: Date;
}

/**
 * Whether this client can be registered.
 *
 * @returns the client with its person as registered
 * @throws PinwardError CLIENT_ID_IN_USE by another client of the tenant (other tenants do not matter); REQUEST_INVALID
 * for a person who is not registered
 */
export async function admitClient(
  manager: EntityManager,
  context: RequestContext,
  client: CheckedClient,
): Promise<CheckedClient> {
  const { tenantId } = context;
  const { clientId } = client;
  if (!(await manager.existsBy(TenantEntity, { tenantId }))) {
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the caller has no such tenant') });
  }
  if (await manager.existsBy(ApiClientEntity, { tenantId, clientId })) {
    throw new PinwardError('CLIENT_ID_IN_USE');
  }
  if (client.person === null) return client;
  return { ...client, person: await registeredPerson(manager, tenantId, client.person) };
}

/** Without a secret it can do nothing yet. */
export async function insertClient(
  manager: EntityManager,
  context: RequestContext,
  made: {
    readonly client: CheckedClient;
    /** The person who asked, not the one who approved. */
    readonly createdBy: string;
    readonly now: Date;
    readonly approval?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { client, createdBy, now, approval = {} } = made;
  const { tenantId } = context;
  const { clientId } = client;
  await manager.insert(ApiClientEntity, {
    ...client,
    scopes: [...client.scopes],
    allowedAddresses: [...client.allowedAddresses],
    tenantId,
    createdAt: now,
    createdBy,
  });
  await recordEffect(manager, context, {
    action: CREATE_CLIENT,
    result: 'created',
    cardId: null,
    eventNo: null,
    details: {
      client: clientId,
      scopes: client.scopes.join(' '),
      allowedAddresses: client.allowedAddresses.join(' '),
      ...(client.person === null ? {} : { person: client.person }),
      ...(client.requestsPerMinute === null ? {} : { requestsPerMinute: String(client.requestsPerMinute) }),
      ...approval,
    },
  });
  const { scopes, person } = client;
  const told = { clientId, scopes, ...(person === null ? {} : { person }), ...approval };
  await emitEvent(manager, context, 'client.created', told);
}

/** Known to the caller, who sees it. */
export async function insertFirstSecret(
  manager: EntityManager,
  { tenantId, subject }: RequestContext,
  { clientId, hash, digest, now }: KeptSecret & { readonly clientId: string },
): Promise<void> {
  const secret = { tenantId, clientId, secretNo: 1, hash, digest, createdAt: now, knownTo: [subject] };
  await manager.insert(ClientSecretEntity, secret);
}
