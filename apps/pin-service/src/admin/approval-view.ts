import type { AnyKind, Approval } from '#libs/approvals';

const SHOWS_A_SECRET: readonly AnyKind[] = ['client-create', 'client-rotate-secret', 'webhook-create'];

/** An approval as operators see it: the whole of what is asked for, nothing secret. Members without a value are left out. */
export function approvalView(approval: Approval) {
  const { approvalId, kind, status, requestedBy, requestedAt, expiresAt, collectedAt } = approval;
  const { cardId, reason, request, requestedThrough, decidedBy, decidedAt } = approval;
  return {
    ...{ approvalId, kind, status, requestedBy, requestedAt, expiresAt },
    ...given({ cardId, reason, request, requestedThrough, decidedBy, decidedAt }),
    // The requester has been shown the secret that came of it.
    ...(status === 'approved' && SHOWS_A_SECRET.includes(kind) ? { collected: !collectedAt.isNever } : {}),
  };
}

function given(members: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
