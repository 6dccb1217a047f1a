import type { SealedLine } from '#libs/audit';
import { LINES_TYPE } from '../edge/requests/bodies.js';
import type { EXPORT_FORMATS } from './search-schemas.js';

/** How lines are written into a file. */
export interface ExportFormat {
  readonly type: string;
  readonly ending: string;
  readonly head: string;
  readonly line: (line: SealedLine) => string;
  /** The last line of a complete file, and of no other. @param lines how many came before it */
  readonly end: (lines: number) => string;
}

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

/** RFC 4180. Every row has as many cells, the last one too: readers of tables stumble over others. */
const CSV: ExportFormat = {
  type: 'text/csv',
  ending: 'csv',
  head: rowOf(['leaf', ...MEMBERS]),
  line: ({ leaf, entry }) => {
    const members = JSON.parse(entry) as Readonly<Record<string, unknown>>;
    return rowOf([String(leaf), ...MEMBERS.map((name) => textOf(members[name]))]);
  },
  end: (lines) => rowOf(['end', String(lines), ...MEMBERS.slice(1).map(() => '')]),
};

/** As `pinctl audit export` writes them; `event` has the bytes that the leaf hashes. */
const JSON_LINES: ExportFormat = {
  type: LINES_TYPE,
  ending: 'jsonl',
  head: '',
  line: ({ leaf, entry }) => `{"leaf":${leaf},"event":${entry}}\n`,
  end: (lines) => `{"end":{"lines":${lines}}}\n`,
};

export const FORMATS: Readonly<Record<(typeof EXPORT_FORMATS)[number], ExportFormat>> = {
  csv: CSV,
  jsonl: JSON_LINES,
};

function rowOf(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
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
