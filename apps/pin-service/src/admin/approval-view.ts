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
export const APPROVAL_KINDS = [
  'unlock',
  'client-create',
  'client-rotate-secret',
  'client-rotate-keys',
  'client-change',
  'demand-change',
  'webhook-create',
  'webhook-rotate-secret',
  'policy-change',
  'brake-release',
  'incident-restore',
] as const satisfies readonly AnyKind[];
export const approvalAnswer = z
  .object({
    ...pendingMembers,
    kind: z.enum(APPROVAL_KINDS),
    reason: z.string().optional(),
    requestedThrough: z.string().optional(),
    cardId: z.uuid().optional(),
    request: z.record(z.string(), z.unknown()).optional(),
    collected: z.boolean().optional(),
  })
  .meta({ id: 'Approval' });
export const approvalsAnswer = page(approvalAnswer).meta({ id: 'Approvals' });

/** What is told where it takes another person. */
export const approvalRequested = z
  .object({ approvalId: z.uuid(), expiresAt: time })
  .describe('It takes another person: docs/http-api.md, "Two persons"')
  .meta({ id: 'ApprovalRequested' });

/** Of each call, for the API document. */
export const approving = {
  problems: [
    'APPROVAL_NOT_FOUND',
    'APPROVAL_CLOSED',
    'SAME_OPERATOR',
    'APPROVER_NOT_ACCEPTED',
    'SCOPE_NOT_GRANTABLE',
    // Of what is carried out.
    'CARD_NOT_FOUND',
    'CARD_CLOSED',
    'CARD_FROZEN',
    'PIN_NOT_LOCKED',
    'PIN_RESET_REQUIRED',
    'PIN_EVALUATION_IN_PROGRESS',
    'OPERATIONS_SUSPENDED',
    'CLIENT_ID_IN_USE',
    'CLIENT_NOT_FOUND',
    'SECRET_OVERLAP',
    'CREDENTIAL_NOT_HELD',
    'WEBHOOK_ENDPOINT_LIMIT',
    'WEBHOOK_ENDPOINT_NOT_FOUND',
    'BRAKE_NOT_FOUND',
    'INCIDENT_NOT_FOUND',
    'INCIDENT_NOT_READY',
    'INCIDENT_CLOSED',
  ],
} as const;
export const rejecting = { problems: ['APPROVAL_NOT_FOUND', 'APPROVAL_CLOSED'] } as const;
export const collecting = {
  problems: [
    'APPROVAL_NOT_FOUND',
    'NOT_THE_REQUESTER',
    'NOTHING_TO_COLLECT',
    'CLIENT_NOT_FOUND',
    'SECRET_OVERLAP',
    'CREDENTIAL_NOT_HELD',
    'WEBHOOK_ENDPOINT_NOT_FOUND',
  ],
} as const;

const SHOWS_A_SECRET: readonly AnyKind[] = [
  'client-create',
  'client-rotate-secret',
  'webhook-create',
  'webhook-rotate-secret',
];

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
    ...(status === 'approved' && showsASecret(approval) ? { collected: !collectedAt.isNever } : {}),
  };
}

/** A client that was registered with its keys has none. */
function showsASecret({ kind, request }: Approval): boolean {
  return SHOWS_A_SECRET.includes(kind) && request?.['keys'] === undefined;
}

function given(members: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
