import type { EntityManager } from 'typeorm';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from './request-context.js';

/** The operations that operators can stop, by their names in the audit trail. */
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

/**
 * What the brake `client-pins` stops of a client: everything with which a PIN or a one-time password can be guessed.
 * pinward_brake.sql has the same names.
 */
export const CLIENT_PIN_OPERATIONS: readonly StoppableOperation[] = [
  'pin.set',
  'pin.validate',
  'pin.change',
  'pin.reset',
  'card.reveal',
];

export const BRAKE_KINDS = ['client', 'client-pins', 'card', 'operation', 'everything'] as const;
export type BrakeKind = (typeof BRAKE_KINDS)[number];

/** Who wants to do which operation. */
export interface Braked extends Pick<RequestContext, 'tenantId' | 'clientId'> {
  /** Null for work that only the client's own brake stops. */
  readonly operation: StoppableOperation | null;
  readonly cardId: string | null;
}

/** A first look, to refuse work without cost. The look in the transaction of the effect decides. */
export async function findBrake(
  manager: EntityManager,
  { tenantId, clientId, operation, cardId }: Braked,
): Promise<BrakeKind | null> {
  const [row] = await manager.query<{ kind: BrakeKind | null }[]>(
    'SELECT pinward_brake($1, $2, $3, $4) AS kind',
    [tenantId, clientId, operation, cardId],
  );
  const kind = row?.kind ?? null;
  // Without an operation, the other brakes stop nothing.
  return operation === null && kind !== 'client' ? null : kind;
}

/**
 * Call it first in the transaction of the effect: until that ends, no brake can be pulled.
 *
 * @throws PinwardError CLIENT_SUSPENDED, CLIENT_PAUSED, OPERATIONS_SUSPENDED, CARD_FROZEN
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
  const code = kind === 'client-pins' ? 'CLIENT_PAUSED' : 'OPERATIONS_SUSPENDED';
  return new PinwardError(code, {}, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
