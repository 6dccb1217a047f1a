import type { AuditRow } from '../leaf.js';

/** Action of the line that records a dropped month. */
export const EXPIRE_ACTION = 'audit.expire';

/** The leaves of the dropped lines, and how many they were, as such a line records them. */
export interface ExpiredMonth {
  /** YYYY-MM, UTC */
  readonly month: string;
  readonly lines: number;
  readonly firstLeaf: number;
  readonly lastLeaf: number;
  /** Audit id of the line that began attestation, if there was one by then: it may go with its month. */
  readonly attestedSince?: string;
}

export interface MissingLine {
  readonly leaf: number;
  readonly auditId: string;
  readonly month: string;
}

/** Tells lines that were dropped with their month, as the trail records, from lines that were deleted. */
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

  /** The first line of every month in which lines are missing without such a record. */
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
