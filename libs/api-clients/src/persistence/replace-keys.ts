import { LessThan, type EntityManager } from 'typeorm';
import { ClientKeyEntity, TimeOrNever } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { Done, RequestContext } from '#libs/requests';
import { keyNames, methodOf, type KeyContent } from '../keys/client-keys.js';
import { lockClient, type StoredClient } from './clients.js';

export const ROTATE_KEYS = 'client.rotate-keys';

export interface KeysRecord {
  readonly clientId: string;
  readonly content: KeyContent;
  readonly now: Date;
  /** When what is replaced stops working. */
  readonly previousExpiresAt: Date;
  /** Who may now hold the private key; null for the client itself, which replaces what it has proved, once an overlap. */
  readonly registeredBy: string | null;
  /** Who was asked, and under which approval, if it took two persons. */
  readonly approval?: Readonly<Record<string, string>>;
}

/** What the trail and the tenant's endpoints are told. */
export type Told = Required<Pick<Done, 'line' | 'event'>>;

/**
 * The new keys work at once, those before until the overlap ends, and no older ones; the same for certificates.
 *
 * @throws PinwardError CLIENT_NOT_FOUND also for another tenant's client, and for a revoked one; KEYS_OVERLAP,
 * CREDENTIAL_NOT_HELD
 */
export async function replaceKeys(
  manager: EntityManager,
  { tenantId }: Pick<RequestContext, 'tenantId'>,
  { clientId, content, now, previousExpiresAt, registeredBy, approval = {} }: KeysRecord,
): Promise<Told> {
  const method = methodOf(content);
  // 1. One rotation at a time.
  const found = await lockLiving(manager, tenantId, clientId);
  const [current, previous] = found.keys.filter((keys) => keys.method === method);
  if (registeredBy === null) refuseOwn(current, previous, now);
  // 2. The keys. A person who knew the previous ones may have made this change.
  const ofMethod = { tenantId, clientId, method };
  const keyNo = current?.keyNo ?? 0;
  await manager.delete(ClientKeyEntity, { ...ofMethod, keyNo: LessThan(keyNo) });
  const ending = { expiresAt: TimeOrNever.at(previousExpiresAt) };
  if (keyNo > 0) await manager.update(ClientKeyEntity, { ...ofMethod, keyNo }, ending);
  const knownTo = registeredBy === null ? (current?.knownTo ?? null) : [registeredBy];
  const kept = { content: JSON.stringify(content), createdAt: now, knownTo };
  await manager.insert(ClientKeyEntity, { ...ofMethod, keyNo: keyNo + 1, ...kept });
  // 3. Audit line and event.
  const overlap = keyNo === 0 ? {} : { previousKeysExpireAt: previousExpiresAt.toISOString() };
  const told = { method, keys: keyNames(content), ...overlap, ...approval };
  return {
    line: { result: 'rotated', details: { client: clientId, ...told } },
    event: { type: 'client.keys_rotated', data: { clientId, ...told } },
  };
}

/** @throws PinwardError CLIENT_NOT_FOUND also for a revoked client */
export async function lockLiving(
  manager: EntityManager,
  tenantId: string,
  clientId: string,
): Promise<StoredClient> {
  const found = await lockClient(manager, tenantId, clientId);
  if (found === null || !found.client.revokedAt.isNever) throw new PinwardError('CLIENT_NOT_FOUND');
  return found;
}

/** Another change in the overlap would end the keys that replicas of the client still use. */
function refuseOwn(
  current: ClientKeyEntity | undefined,
  previous: ClientKeyEntity | undefined,
  now: Date,
): void {
  // Where its keys are was agreed with operators.
  if (current === undefined || 'jwksUri' in (JSON.parse(current.content) as KeyContent))
    throw new PinwardError('CREDENTIAL_NOT_HELD');
  if (previous !== undefined && !previous.expiresAt.hasCome(now))
    throw new PinwardError('KEYS_OVERLAP', { previousKeysExpireAt: previous.expiresAt.toJSON() });
}
