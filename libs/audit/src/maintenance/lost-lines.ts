import type { EntityManager } from 'typeorm';
import { parseExported } from '../export-trail.js';
import { leafEntry, type AuditRow } from '../leaf.js';
import { leafHash } from '../tree/hashes.js';

type ExportedEvent = Readonly<Record<string, string | number | undefined>>;

/**
 * Puts exported lines back in their places. The root of the tree above shows whether they are the right ones.
 *
 * @returns how many
 * @throws Error for a text that is no line, or whose hash differs
 */
export async function restoreLines(
  manager: EntityManager,
  exported: AsyncIterable<string>,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<number> {
  let next = from;
  const months = new Set<string>();
  for await (const line of exported) {
    if (line === '' || next === to) continue;
    const { leaf, entry } = parseExported(line);
    if (leaf < next) continue;
    if (leaf > next) throw new Error(`the export has no line for leaf ${next}`);
    await restoreLine(manager, leaf, entry, months);
    next += 1;
  }
  return next - from;
}

/** With the oldest transaction id: every pass regards it as seen. */
async function restoreLine(
  manager: EntityManager,
  leaf: number,
  entry: string,
  months: Set<string>,
): Promise<void> {
  const row = rowOf(entry);
  if (leafEntry(row) !== entry) throw new Error(`leaf ${leaf}: the exported line is not in its own form`);
  await makeMonth(manager, row.occurred_at.slice(0, 7), months);
  await manager.query(
    `INSERT INTO audit_events (xid, audit_id, occurred_at, tenant_id, client_id, subject, source_address, request_id,
                               action, phase, result, card_id, masked_pan, event_no, evaluation_id, details)
     OVERRIDING SYSTEM VALUE VALUES ('3', $1, $2::timestamptz, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      row.audit_id,
      row.occurred_at,
      row.tenant_id,
      row.client_id,
      row.subject,
      row.source_address,
      row.request_id,
      row.action,
      row.phase,
      row.result,
      row.card_id,
      row.masked_pan,
      row.event_no,
      row.evaluation_id,
      row.details,
    ],
  );
  await manager.query(
    `INSERT INTO audit_leaves (leaf_no, hash, tenant_id, occurred_at, audit_id, card_id)
     VALUES ($1, $2, $3, $4::timestamptz, $5, $6)`,
    [leaf, leafHash(entry), row.tenant_id, row.occurred_at, row.audit_id, row.card_id],
  );
}

/** A backup has only the months of its time. */
async function makeMonth(manager: EntityManager, month: string, made: Set<string>): Promise<void> {
  if (made.has(month)) return;
  made.add(month);
  await manager.query(
    `SELECT pinward_make_partition('audit_events', 'audit_events_' || to_char(m.first, 'YYYYMM'),
              format('FROM (%L) TO (%L)', m.first || ' 00:00:00+00', (m.first + interval '1 month')::date || ' 00:00:00+00'))
       FROM (SELECT ($1 || '-01')::date AS first) m`,
    [month],
  );
}

function rowOf(entry: string): AuditRow {
  const event = JSON.parse(entry) as ExportedEvent;
  const text = (name: string) => {
    const value = event[name];
    return value === undefined ? null : String(value);
  };
  const required = (name: string) => text(name) ?? '';
  return {
    audit_id: required('auditId'),
    occurred_at: required('occurredAt'),
    tenant_id: required('tenantId'),
    client_id: required('clientId'),
    subject: required('subject'),
    source_address: text('sourceAddress'),
    request_id: required('requestId'),
    action: required('action'),
    phase: required('phase'),
    result: text('result'),
    card_id: text('cardId'),
    masked_pan: text('maskedPan'),
    event_no: text('eventNo'),
    evaluation_id: text('evaluationId'),
    details: detailsOf(entry),
  };
}

/** The text as it stands there: the last member, and the first of that name, since quotes inside texts are escaped. */
function detailsOf(entry: string): string | null {
  const member = ',"details":';
  const at = entry.indexOf(member);
  return at < 0 ? null : entry.slice(at + member.length, -1);
}
