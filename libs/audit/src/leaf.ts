/** A line of the audit trail as the database holds it; bigint and timestamp as text. */
export interface AuditRow {
  readonly audit_id: string;
  /** RFC 3339 in UTC with six decimals. */
  readonly occurred_at: string;
  readonly tenant_id: string;
  readonly client_id: string;
  readonly subject: string;
  readonly source_address: string | null;
  readonly request_id: string;
  readonly action: string;
  readonly phase: string;
  readonly result: string | null;
  readonly card_id: string | null;
  readonly masked_pan: string | null;
  readonly event_no: string | null;
  readonly evaluation_id: string | null;
  /** JSON, unchanged. */
  readonly details: string | null;
}

/** Columns of audit_events `e` for a query that reads AuditRows. */
export const AUDIT_ROW_COLUMNS = `e.audit_id::text, e.tenant_id, e.client_id, e.subject, e.source_address, e.request_id,
  e.action, e.phase::text, e.result, e.card_id::text, e.masked_pan, e.event_no::text, e.evaluation_id::text, e.details,
  to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_at`;

/**
 * The text that a leaf of the tree hashes, and that is exported: the line as JSON without white space and without empty
 * members. It is made here, not by the database that is being checked. The sealer's SQL makes the same
 * (pinward_audit_line).
 */
export function leafEntry(row: AuditRow): string {
  const members: readonly (readonly [string, string | null])[] = [
    ['auditId', row.audit_id],
    ['occurredAt', JSON.stringify(row.occurred_at)],
    ['tenantId', JSON.stringify(row.tenant_id)],
    ['clientId', JSON.stringify(row.client_id)],
    ['subject', JSON.stringify(row.subject)],
    ['sourceAddress', textOrNull(row.source_address)],
    ['requestId', JSON.stringify(row.request_id)],
    ['action', JSON.stringify(row.action)],
    ['phase', JSON.stringify(row.phase)],
    ['result', textOrNull(row.result)],
    ['cardId', textOrNull(row.card_id)],
    ['maskedPan', textOrNull(row.masked_pan)],
    ['eventNo', row.event_no],
    ['evaluationId', textOrNull(row.evaluation_id)],
    ['details', row.details],
  ];
  const present = members.flatMap(([name, json]) => (json === null ? [] : [`"${name}":${json}`]));
  return `{${present.join(',')}}`;
}

function textOrNull(value: string | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
