import { z } from 'zod';
import type { AnyKind, Approval } from '#libs/approvals';
import { page, time } from '../edge/requests/schema-parts.js';

/** What every approval has. */
export const pendingMembers = {
  approvalId: z.uuid(),
  status: z.enum(['pending', 'approved', 'rejected', 'lapsed']),
  requestedBy: z.string(),
  requestedAt: time,
  expiresAt: time,
  decidedBy: z.string().optional(),
  decidedAt: time.optional(),
};
export const approvalAnswer = z.object({
  ...pendingMembers,
  kind: z.enum([
    'unlock',
    'client-create',
    'client-rotate-secret',
    'webhook-create',
    'webhook-rotate-secret',
    'policy-change',
    'brake-release',
  ]),
  reason: z.string().optional(),
  requestedThrough: z.string().optional(),
  cardId: z.uuid().optional(),
  request: z.record(z.string(), z.unknown()).optional(),
  collected: z.boolean().optional(),
});
export const approvalsAnswer = page(approvalAnswer);

/** What is told where it takes another person. */
export const approvalRequested = z.object({ approvalId: z.uuid(), expiresAt: time });

const SHOWS_A_SECRET: readonly AnyKind[] = ['client-create', 'client-rotate-secret', 'webhook-create'];

/** An approval as operators see it: the whole of what is asked for, nothing secret. Members without a value are left out. */
export function approvalView(approval: Approval) {
  const { approvalId, kind, status, requestedBy, requestedAt, expiresAt, collectedAt } = approval;
  const { cardId, reason, request, requestedThrough, decidedBy, decidedAt } = approval;
  return {
    approvalId,
    kind,
    status,
    requestedBy,
    requestedAt,
    expiresAt,
    ...given({ cardId, reason, request, requestedThrough, decidedBy, decidedAt }),
    // The requester has been shown the secret that came of it.
    ...(status === 'approved' && SHOWS_A_SECRET.includes(kind) ? { collected: !collectedAt.isNever } : {}),
  };
}

function given(members: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
