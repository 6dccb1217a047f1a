import type { EntityManager } from 'typeorm';
import { isUuid, TimeOrNever } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { pageOf, readCursor, type Page } from '#libs/requests';
import type { AnyKind, Approval, ApprovalStatus } from './approval.js';

export interface ApprovalFilter {
  /** Those that the caller may see. */
  readonly kinds: readonly AnyKind[];
  readonly status?: ApprovalStatus | undefined;
  readonly limit: number;
  /** Opaque; from the previous page. */
  readonly cursor?: string | undefined;
}

/** Both tables as one. An approval ends without any action: after its time on the database's clock it is `lapsed`. */
const ALL = `
SELECT approval_id AS "approvalId", kind,
       CASE WHEN status = 'pending' AND expires_at <= clock_timestamp() THEN 'lapsed' ELSE status END AS status,
       reason, requested_by AS "requestedBy", requested_through AS "requestedThrough", requested_at AS "requestedAt",
       expires_at AS "expiresAt", decided_by AS "decidedBy", decided_at AS "decidedAt",
       collected_at AS "collectedAt", card_id AS "cardId", content
  FROM (
    SELECT approval_id, 'unlock' AS kind, status, reason, requested_by, requested_through, requested_at, expires_at,
           decided_by, decided_at, NULL::timestamptz AS collected_at, card_id, NULL AS content
      FROM unlock_approvals WHERE tenant_id = $1
    UNION ALL
    SELECT approval_id, kind, status, reason, requested_by, requested_through, requested_at, expires_at,
           decided_by, decided_at, collected_at, NULL, content
      FROM approvals WHERE tenant_id = $1
  ) AS both_tables`;

type Row = Omit<Approval, 'request' | 'collectedAt'> & {
  readonly content: string | null;
  readonly collectedAt: Date | null;
};

/** In the order of their ids. @throws PinwardError REQUEST_INVALID for a cursor that is none of ours */
export async function findApprovals(
  manager: EntityManager,
  tenantId: string,
  { kinds, status, limit, cursor }: ApprovalFilter,
): Promise<Page<Approval>> {
  const rows = await manager.query<Row[]>(
    `SELECT * FROM (${ALL}) AS a
      WHERE a.kind = ANY ($2) AND ($3::text IS NULL OR a.status = $3) AND ($4::uuid IS NULL OR a."approvalId" > $4)
      ORDER BY a."approvalId" LIMIT $5`,
    [tenantId, kinds, status ?? null, cursor === undefined ? null : readCursor(cursor, isUuid), limit + 1],
  );
  const { items, nextCursor } = pageOf(rows, limit, ({ approvalId }) => approvalId);
  return { items: items.map((row) => toApproval(row)), nextCursor };
}

/** @throws PinwardError APPROVAL_NOT_FOUND also for another tenant's */
export async function readApproval(
  manager: EntityManager,
  tenantId: string,
  approvalId: string,
): Promise<Approval> {
  if (!isUuid(approvalId)) throw new PinwardError('APPROVAL_NOT_FOUND');
  const [row] = await manager.query<Row[]>(`SELECT * FROM (${ALL}) AS a WHERE a."approvalId" = $2`, [
    tenantId,
    approvalId,
  ]);
  if (row === undefined) throw new PinwardError('APPROVAL_NOT_FOUND');
  return toApproval(row);
}

function toApproval({ content, collectedAt, ...row }: Row): Approval {
  const request = content === null ? null : (JSON.parse(content) as Approval['request']);
  return { ...row, collectedAt: TimeOrNever.stored(collectedAt), request };
}
