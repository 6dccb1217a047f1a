import type { AuditRow } from '../leaf.js';

/** Action of the line that tells of a month's end. */
export const EXPIRE_ACTION = 'audit.expire';

/** What such a line says of the lines that went: their leaves, and how many. */
export interface ExpiredMonth {
  /** YYYY-MM, UTC */
  readonly month: string;
  readonly lines: number;
  readonly firstLeaf: number;
  readonly lastLeaf: number;
  /** Audit id of the line that verdicts are attested from, where there was one by then: it may go with its month. */
  readonly attestedSince?: string;
}

export interface MissingLine {
  readonly leaf: number;
  readonly auditId: string;
  readonly month: string;
}

/** Tells lines that went with their month, as the trail itself records, from lines that were deleted. */
export class ExpiredMonths {
  readonly #recorded: ExpiredMonth[] = [];
  readonly #missing = new Map<string, { lines: number; readonly first: MissingLine; last: MissingLine }>();

  note(row: AuditRow): void {
    if (row.action === EXPIRE_ACTION && row.details !== null)
      this.#recorded.push(JSON.parse(row.details) as ExpiredMonth);
  }

  miss(line: MissingLine): void {
    const month = this.#missing.get(line.month);
    if (month === undefined) this.#missing.set(line.month, { lines: 1, first: line, last: line });
    else {
      month.lines += 1;
      month.last = line;
    }
  }

  /** The first line of every month that is missing otherwise than recorded. */
  deleted(): MissingLine[] {
    return [...this.#missing].flatMap(([month, { lines, first, last }]) => {
      const matches = (record: ExpiredMonth) =>
        record.month === month &&
        record.lines === lines &&
        record.firstLeaf === first.leaf &&
        record.lastLeaf === last.leaf;
      return this.#recorded.some(matches) ? [] : [first];
    });
  }
}
