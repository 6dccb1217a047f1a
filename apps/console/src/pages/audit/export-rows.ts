import type { Schemas } from '../../api/client.js';

type Line = Schemas['AuditEvent'];

/** Members of a line, in the order in which the trail has them (docs/audit.md). */
const MEMBERS = [
  'auditId',
  'occurredAt',
  'tenantId',
  'clientId',
  'subject',
  'sourceAddress',
  'requestId',
  'action',
  'phase',
  'result',
  'cardId',
  'maskedPan',
  'eventNo',
  'evaluationId',
  'details',
] as const;

/** As `pinctl audit export` writes them: `{"leaf":N,"event":{…}}`, one a line. */
export function jsonLinesOf(lines: readonly Line[]): string {
  return lines.map(({ leafIndex, event }) => `${JSON.stringify({ leaf: leafIndex, event })}\n`).join('');
}

/** RFC 4180, with a heading; what is no text is written as JSON. */
export function csvOf(lines: readonly Line[]): string {
  const rows = lines.map(({ leafIndex, event }) => {
    const members = event as Readonly<Record<string, unknown>>;
    return [String(leafIndex), ...MEMBERS.map((name) => textOf(members[name]))];
  });
  return [['leaf', ...MEMBERS], ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Spreadsheets run a cell that begins like a formula, also in full-width signs or behind blanks: it gets an apostrophe. */
function cellOf(text: string): string {
  const safe = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
