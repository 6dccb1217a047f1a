import type { EntityManager } from 'typeorm';
import { TOLD, type Loss } from './lines.js';

/** Decisions stay: otherwise they could be carried out a second time. */
const DECIDED = `${TOLD}, decided AS (
    SELECT tenant_id, (details ->> 'approvalId')::uuid AS id, subject, client_id, occurred_at,
           CASE action WHEN 'approval.approve' THEN 'approved' ELSE 'rejected' END AS status
      FROM told WHERE action IN ('approval.approve', 'approval.reject')
  )
  UPDATE approvals a SET status = d.status, decided_by = d.subject, decided_through = d.client_id, decided_at = d.occurred_at
    FROM decided d WHERE d.tenant_id = a.tenant_id AND d.id = a.approval_id`;

/** The secret was shown, or was made meanwhile and is lost: there is nothing to collect. */
const COLLECTED = `${TOLD}, collected AS (
    SELECT tenant_id, (details ->> 'approvalId')::uuid AS id, max(occurred_at) AS at
      FROM told WHERE action IN ('approval.collect', 'approval.approve') AND details ->> 'approvalId' IS NOT NULL
     GROUP BY 1, 2
    HAVING bool_or(action = 'approval.collect') OR bool_or(details ->> 'kind' IN ('client-create', 'webhook-create'))
  )
  UPDATE approvals a SET collected_at = coalesce(a.collected_at, c.at)
    FROM collected c WHERE c.tenant_id = a.tenant_id AND c.id = a.approval_id AND a.status = 'approved'`;

const UNLOCKS = `${TOLD}, decided AS (
    SELECT tenant_id, (details ->> 'approvalId')::uuid AS id, subject, occurred_at, result AS status
      FROM told WHERE action IN ('pin.unlock-approved', 'pin.unlock-rejected')
  )
  UPDATE unlock_approvals a SET status = d.status, decided_by = d.subject, decided_at = d.occurred_at
    FROM decided d WHERE d.tenant_id = a.tenant_id AND d.id = a.approval_id`;

const LOST = `${TOLD}, asked AS (
    SELECT tenant_id, details ->> 'approvalId' AS id, details ->> 'requestedBy' AS by FROM told
     WHERE action IN ('approval.request', 'pin.unlock-requested')
  ), decided AS (
    SELECT tenant_id, details ->> 'approvalId' AS id FROM told
     WHERE action IN ('approval.approve', 'approval.reject', 'pin.unlock-approved', 'pin.unlock-rejected')
  )
  SELECT tenant_id AS "tenantId", 'request ' || id || ' of ' || coalesce(by, 'a person') AS what,
         'ask again: nobody has decided it' AS remedy
    FROM asked a
   WHERE NOT EXISTS (SELECT FROM decided d WHERE d.tenant_id = a.tenant_id AND d.id = a.id)
     AND NOT EXISTS (SELECT FROM approvals p WHERE p.tenant_id = a.tenant_id AND p.approval_id::text = a.id)
     AND NOT EXISTS (SELECT FROM unlock_approvals p WHERE p.tenant_id = a.tenant_id AND p.approval_id::text = a.id)
   ORDER BY 1, 2`;

export async function applyApprovals(manager: EntityManager, from: number): Promise<Loss[]> {
  for (const statement of [DECIDED, COLLECTED, UNLOCKS]) await manager.query(statement, [from]);
  return await manager.query<Loss[]>(LOST, [from]);
}
