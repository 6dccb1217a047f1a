import { z } from 'zod';
import { CHIP_FAILURES, type Card, type UnlockApproval } from '#libs/pin';
import { pendingMembers } from '../admin/approval-view.js';
import { page, time } from '../edge/requests/schema-parts.js';

export const pinStatus = z.enum(['unset', 'active', 'locked', 'closed']).meta({ id: 'PinStatus' });
export const tries = z.int().min(0).max(15);
/** Absent in every other case, so that nobody takes `false` for a promise. */
export const lastTry = z
  .literal(true)
  .optional()
  .describe(
    'Only there when exactly one try is left: tell the cardholder that the next wrong PIN locks the card',
  );

export const chipCommand = z
  .enum(['CHANGE_PIN', 'UNBLOCK_PIN'])
  .describe('What an issuer script is to tell the chip')
  .meta({ id: 'ChipCommand' });
export const chipFailure = z.enum(CHIP_FAILURES).meta({ id: 'ChipFailure' });
export const pinVersion = z.int().describe('Grows with each new PIN of the card');
export const pendingCommands = z
  .array(
    z
      .object({
        commandId: z.uuid(),
        command: chipCommand,
        pinVersion,
        createdAt: time,
        lastFailure: z.object({ at: time, reason: chipFailure }).optional(),
      })
      .meta({ id: 'PendingChipCommand' }),
  )
  .describe('What the chip does not know yet: at most one command of each kind');

export const cardAnswer = z
  .object({
    cardId: z.uuid(),
    cardRef: z.string(),
    maskedPan: z.string().optional(),
    pinAccount: z
      .string()
      .regex(/^\d{12}$/)
      .optional(),
    chip: z.literal(true).optional().describe('A chip keeps the PIN as well'),
    pendingCommands: pendingCommands.optional(),
    pinStatus,
    triesRemaining: tries,
    lockedAt: time.optional(),
    pinSetAt: time.optional(),
  })
  .meta({ id: 'Card' });
const unlockApproval = z
  .object({ ...pendingMembers, cardId: z.uuid(), reason: z.string() })
  .meta({ id: 'UnlockApproval' });
export const operatorCardAnswer = cardAnswer
  .extend({
    pendingApproval: unlockApproval.optional(),
    failuresWithoutSuccess: z.int(),
    lastUnlock: z.object({ at: time, by: z.string(), reason: z.string() }).optional(),
  })
  .meta({ id: 'OperatorCard' });
export const operatorCardsAnswer = page(operatorCardAnswer).meta({ id: 'OperatorCards' });

/** A card as card apps see it (docs/http-api.md). Members without a value are left out. */
export function cardView(card: Card) {
  return withoutNulls({
    cardId: card.cardId,
    cardRef: card.cardRef,
    maskedPan: card.maskedPan,
    pinAccount: card.pinAccount,
    chip: card.chip ? true : null,
    pendingCommands: card.chip ? card.pendingCommands : null,
    pinStatus: card.pinStatus,
    triesRemaining: card.triesRemaining,
    lockedAt: card.lockedAt,
    pinSetAt: card.pinSetAt,
  });
}

/** The same for operators: with what an unlock depends on, and without the PIN account, which they do not need. */
export function operatorCardView(card: Card, pending: UnlockApproval | null = null) {
  const { failuresWithoutSuccess, lastUnlock } = card;
  return withoutNulls({
    ...cardView({ ...card, pinAccount: null }),
    failuresWithoutSuccess,
    lastUnlock,
    pendingApproval: pending === null ? null : approvalView(pending),
  });
}

/** An approval as operators see it. */
function approvalView(approval: UnlockApproval) {
  const { approvalId, cardId, status, reason, requestedBy, requestedAt, expiresAt } = approval;
  const { decidedBy, decidedAt } = approval;
  return withoutNulls({
    approvalId,
    cardId,
    status,
    reason,
    requestedBy,
    requestedAt,
    expiresAt,
    decidedBy,
    decidedAt,
  });
}

/** Dates become RFC 3339 in UTC when the answer is written as JSON. */
function withoutNulls(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
