import type { LineFault } from '#libs/sent-json';

/** `truncated`: the upload had more lines than an import may have; what is beyond was not read. */
export const IMPORT_STATES = ['running', 'interrupted', 'completed', 'truncated'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** `existing`: another import or call had registered the reference. */
export const LINE_OUTCOMES = ['registered', 'existing', 'failed'] as const;
export type LineOutcome = (typeof LINE_OUTCOMES)[number];

export interface CardImport {
  readonly tenantId: string;
  readonly importId: string;
  /** Of the upload; the same upload under it goes on. */
  readonly requestId: string;
  readonly state: ImportState;
  readonly registered: number;
  readonly existing: number;
  readonly failed: number;
  readonly startedAt: Date;
  readonly changedAt: Date;
}

/** How many lines came to what. */
export type LineCounts = Readonly<Record<LineOutcome, number>>;

/** What became of a line. */
export interface LineRecord {
  readonly lineNo: number;
  readonly outcome: LineOutcome;
  readonly cardRef: string | null;
  readonly cardId: string | null;
  readonly fault: LineFault | null;
}
