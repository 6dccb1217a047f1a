import type { EntityManager } from 'typeorm';
import { ChipCommandEntity } from '#libs/database';
import type { RequestContext } from '#libs/requests';
import type { PinPolicy } from '../policy.js';

/** What a chip can be told about its PIN (EMV 4.3 Book 3, section 6.5.10, PIN CHANGE/UNBLOCK). */
export type ChipCommand = ChipCommandEntity['command'];

/** Why an issuer script did not do its work, as far as the authorisation host knows. */
export const CHIP_FAILURES = [
  'SCRIPT_NOT_PROCESSED',
  'SCRIPT_FAILED',
  'APPLICATION_BLOCKED',
  'NOT_SUPPORTED',
  'CARD_REPLACED',
  'OTHER',
] as const;
export type ChipFailure = (typeof CHIP_FAILURES)[number];

/** What a card's chip does not know yet. */
export interface PendingChipCommand {
  readonly commandId: string;
  readonly command: ChipCommand;
  /** Grows with each new PIN of the card. */
  readonly pinVersion: number;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly lastFailure?: { readonly at: string; readonly reason: ChipFailure };
}

/**
 * After the write of the card, in its transaction: its chip is to be told this, in place of earlier commands of the same
 * kinds. Does nothing for a card without a chip.
 */
export async function requireChipCommands(
  manager: EntityManager,
  policy: PinPolicy,
  { tenantId, requestId }: RequestContext,
  { cardId, commands }: { readonly cardId: string; readonly commands: readonly ChipCommand[] },
): Promise<void> {
  const values = [tenantId, cardId, commands, policy.maxTries, requestId];
  await manager.query('SELECT pinward_require_chip_commands($1, $2, $3, $4, $5)', values);
}

/** By card id; CHANGE_PIN before UNBLOCK_PIN. */
export async function pendingChipCommands(
  manager: EntityManager,
  tenantId: string,
  cardIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PendingChipCommand[]>> {
  if (cardIds.length === 0) return new Map();
  const rows = await manager.query<{ card_id: string; pending: readonly PendingChipCommand[] }[]>(
    `SELECT card_id, pinward_pending_chip_commands($1, card_id) AS pending FROM unnest($2::uuid[]) AS card (card_id)`,
    [tenantId, cardIds],
  );
  return new Map(rows.map((row) => [row.card_id, row.pending]));
}

/** For a card that is closed. */
export async function eraseChipCommands(
  manager: EntityManager,
  { tenantId, cardId }: { readonly tenantId: string; readonly cardId: string },
): Promise<void> {
  await manager.delete(ChipCommandEntity, { tenantId, cardId });
}
