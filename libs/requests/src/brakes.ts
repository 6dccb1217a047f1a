import type { EntityManager } from 'typeorm';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from './request-context.js';

/** What operators can stop, by the names that the audit trail has for it. */
export const STOPPABLE_OPERATIONS = [
  'card.register',
  'card.reveal',
  'otp.issue',
  'pin.set',
  'pin.validate',
  'pin.change',
  'pin.reset',
  'pin.unlock',
] as const;
export type StoppableOperation = (typeof STOPPABLE_OPERATIONS)[number];

export const BRAKE_KINDS = ['client', 'card', 'operation', 'everything'] as const;
export type BrakeKind = (typeof BRAKE_KINDS)[number];

/** Who wants to do what. */
export interface Braked extends Pick<RequestContext, 'tenantId' | 'clientId'> {
  /** Null for what only the client's own brake stops. */
  readonly operation: StoppableOperation | null;
  readonly cardId: string | null;
}

/** A look, for work that is refused for free; what counts is the look of the transaction that has the effect. */
export async function findBrake(
  manager: EntityManager,
  { tenantId, clientId, operation, cardId }: Braked,
): Promise<BrakeKind | null> {
  const [row] = await manager.query<{ kind: BrakeKind | null }[]>(
    'SELECT pinward_brake($1, $2, $3, $4) AS kind',
    [tenantId, clientId, operation, cardId],
  );
  const kind = row?.kind ?? null;
  // Without an operation there is nothing that the others stop.
  return operation === null && kind !== 'client' ? null : kind;
}

/**
 * To be called first in the transaction that has the effect: until it ends, nobody pulls a brake.
 *
 * @throws PinwardError CLIENT_SUSPENDED, OPERATIONS_SUSPENDED, CARD_FROZEN
 */
export async function refuseBraked(manager: EntityManager, braked: Braked): Promise<void> {
  await manager.query('SELECT pinward_hold_brakes()');
  const kind = await findBrake(manager, braked);
  if (kind !== null) throw brakeError(kind);
}

const RETRY_AFTER_SECONDS = 60;

export function brakeError(kind: BrakeKind): PinwardError {
  if (kind === 'client') return new PinwardError('CLIENT_SUSPENDED');
  if (kind === 'card') return new PinwardError('CARD_FROZEN');
  return new PinwardError('OPERATIONS_SUSPENDED', {}, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
