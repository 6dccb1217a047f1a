import type { Card, UnlockApproval } from '#libs/pin';

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
export function approvalView(approval: UnlockApproval) {
  const { approvalId, cardId, status, reason, requestedBy, requestedAt, expiresAt } = approval;
  const { decidedBy, decidedAt } = approval;
  return withoutNulls({
    ...{ approvalId, cardId, status, reason, requestedBy, requestedAt, expiresAt },
    ...{ decidedBy, decidedAt },
  });
}

/** Dates become RFC 3339 in UTC when the answer is written as JSON. */
function withoutNulls(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
