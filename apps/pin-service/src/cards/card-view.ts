import { z } from 'zod';
import type { Card, UnlockApproval } from '#libs/pin';
import { pendingMembers } from '../admin/approval-view.js';
import { page, time } from '../edge/requests/schema-parts.js';

export const pinStatus = z.enum(['unset', 'active', 'locked', 'closed']);
export const tries = z.int().min(0).max(15);

export const cardAnswer = z.object({
  cardId: z.uuid(),
  cardRef: z.string(),
  maskedPan: z.string().optional(),
  pinAccount: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  pinStatus,
  triesRemaining: tries,
  lockedAt: time.optional(),
  pinSetAt: time.optional(),
});
const unlockApproval = z.object({ ...pendingMembers, cardId: z.uuid(), reason: z.string() });
export const operatorCardAnswer = cardAnswer.extend({
  pendingApproval: unlockApproval.optional(),
  failuresWithoutSuccess: z.int(),
  lastUnlock: z.object({ at: time, by: z.string(), reason: z.string() }).optional(),
});
export const operatorCardsAnswer = page(operatorCardAnswer);

/** A card as card apps see it (docs/http-api.md). Members without a value are left out. */
export function cardView(card: Card) {
  return withoutNulls({
    cardId: card.cardId,
    cardRef: card.cardRef,
    maskedPan: card.maskedPan,
    pinAccount: card.pinAccount,
    pinStatus: card.pinStatus,
    triesRemaining: card.triesRemaining,
    lockedAt: card.lockedAt,
    pinSetAt: card.pinSetAt,
  });
}

/** The same for operators: what decides about an unlock is added; the PIN account is not theirs to know. */
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
