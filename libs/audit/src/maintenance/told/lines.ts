import { LINE_OF_LEAF } from '../../persistence/sql.js';

/** Effects that the lines from leaf $1 on tell of, with their details as JSON. Begins a statement. */
export const TOLD = `
  WITH told AS (
    SELECT l.leaf_no, e.tenant_id, e.occurred_at, e.client_id, e.subject, e.action, e.result, e.card_id,
           e.details::json AS details
      FROM audit_leaves l JOIN audit_events e ON ${LINE_OF_LEAF}
     WHERE l.leaf_no >= $1 AND e.phase = 'outcome'
  )`;

/** What the trail tells and the database cannot be given back: it stays off until an operator has done the remedy. */
export interface Loss {
  readonly tenantId: string;
  /** Kind and id, e.g. "client card-app-2". */
  readonly what: string;
  readonly remedy: string;
}
