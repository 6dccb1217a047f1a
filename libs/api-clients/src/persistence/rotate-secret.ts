import { LessThan, type EntityManager } from 'typeorm';
import { ClientSecretEntity, TimeOrNever } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { emitEvent, recordEffect, type RequestContext } from '#libs/requests';
import { lockClient } from './clients.js';

export const ROTATE_SECRET = 'client.rotate-secret';

export interface SecretRecord {
  readonly context: RequestContext;
  readonly clientId: string;
  /** Of the new secret, as `digest` is. */
  readonly hash: string;
  readonly digest: Buffer;
  readonly now: Date;
  /** When the secret before it stops working. */
  readonly previousExpiresAt: Date;
  /** Whether this is refused while the secret before the current one still works. */
  readonly onceAnOverlap: boolean;
  /** Of whom it was asked and under which approval, where it took two persons. */
  readonly approval?: Readonly<Record<string, string>>;
}

/**
 * The new secret works at once, the one before it until the overlap ends, all older ones no more.
 *
 * @throws PinwardError CLIENT_NOT_FOUND also for another tenant's client, and for a revoked one; SECRET_OVERLAP
 */
export async function replaceSecret(
  manager: EntityManager,
  { context, clientId, hash, digest, now, previousExpiresAt, onceAnOverlap, approval = {} }: SecretRecord,
): Promise<void> {
  const { tenantId } = context;
  // 1. One rotation at a time.
  const found = await lockClient(manager, tenantId, clientId);
  const [current, previous] = found?.secrets ?? [];
  if (found === null || !found.client.revokedAt.isNever) throw new PinwardError('CLIENT_NOT_FOUND');
  if (current === undefined) throw new Error('a client has no secret');
  const { secretNo } = current;
  if (onceAnOverlap && previous !== undefined && !previous.expiresAt.hasCome(now))
    throw new PinwardError('SECRET_OVERLAP', { previousSecretExpiresAt: previous.expiresAt.toJSON() });
  // 2. The secrets. A person who knew the one before may have changed it now.
  await manager.delete(ClientSecretEntity, { tenantId, clientId, secretNo: LessThan(secretNo) });
  await manager.update(
    ClientSecretEntity,
    { tenantId, clientId, secretNo },
    { expiresAt: TimeOrNever.at(previousExpiresAt) },
  );
  const knownTo = context.clientId === clientId ? current.knownTo : [context.subject];
  const next = { tenantId, clientId, secretNo: secretNo + 1, hash, digest, createdAt: now, knownTo };
  await manager.insert(ClientSecretEntity, next);
  // 3. What goes with it.
  await recordEffect(manager, context, {
    action: ROTATE_SECRET,
    result: 'rotated',
    cardId: null,
    eventNo: null,
    details: { client: clientId, previousSecretExpiresAt: previousExpiresAt.toISOString(), ...approval },
  });
  const told = { clientId, previousSecretExpiresAt: previousExpiresAt.toISOString(), ...approval };
  await emitEvent(manager, context, 'client.secret_rotated', told);
}
