import { LessThan, type EntityManager } from 'typeorm';
import { ClientSecretEntity, TimeOrNever } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { emitEvent, recordEffect, type RequestContext } from '#libs/requests';
import { lockClient } from './clients.js';

export const ROTATE_SECRET = 'client.rotate-secret';

export interface SecretRecord {
  readonly context: RequestContext;
  readonly clientId: string;
  /** The new secret's, like `digest`. */
  readonly hash: string;
  readonly digest: Buffer;
  readonly now: Date;
  /** When the previous secret stops working. */
  readonly previousExpiresAt: Date;
  /** Whether to refuse while the previous secret still works. */
  readonly onceAnOverlap: boolean;
  /** Who was asked, and under which approval, if it took two persons. */
  readonly approval?: Readonly<Record<string, string>>;
}

/**
 * The new secret works at once, the previous one until the overlap ends, and no older one.
 *
 * @throws PinwardError CLIENT_NOT_FOUND also for another tenant's client, and for a revoked one; SECRET_OVERLAP,
 * CREDENTIAL_NOT_HELD
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
  // It proves itself with keys or a certificate; a secret beside them would be a weaker way in.
  if (current === undefined) throw new PinwardError('CREDENTIAL_NOT_HELD');
  const { secretNo } = current;
  if (onceAnOverlap && previous !== undefined && !previous.expiresAt.hasCome(now))
    throw new PinwardError('SECRET_OVERLAP', { previousSecretExpiresAt: previous.expiresAt.toJSON() });
  // 2. The secrets. A person who knew the previous one may have made this change.
  await manager.delete(ClientSecretEntity, { tenantId, clientId, secretNo: LessThan(secretNo) });
  await manager.update(
    ClientSecretEntity,
    { tenantId, clientId, secretNo },
    { expiresAt: TimeOrNever.at(previousExpiresAt) },
  );
  const knownTo = context.clientId === clientId ? current.knownTo : [context.subject];
  const next = { tenantId, clientId, secretNo: secretNo + 1, hash, digest, createdAt: now, knownTo };
  await manager.insert(ClientSecretEntity, next);
  // 3. Audit line and event.
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
