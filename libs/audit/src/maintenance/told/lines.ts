import { LINE_OF_LEAF } from '../../persistence/sql.js';

/** The effects in the lines from leaf $1 on, with their details as JSON. Begins a statement. */
export const TOLD = `
  WITH told AS (
    SELECT l.leaf_no, e.tenant_id, e.occurred_at, e.client_id, e.subject, e.action, e.result, e.card_id,
           e.details::json AS details
      FROM audit_leaves l JOIN audit_events e ON ${LINE_OF_LEAF}
     WHERE l.leaf_no >= $1 AND e.phase = 'outcome'
  )`;

/** Something that the trail records and that cannot be put back: it stays off until an operator has done the remedy. */
export interface Loss {
  readonly tenantId: string;
  /** Kind and id, e.g. "client card-app-2". */
  readonly what: string;
  readonly remedy: string;
}
