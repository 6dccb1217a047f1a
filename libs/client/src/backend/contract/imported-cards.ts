/** `interrupted`: the same upload under the same request id goes on. `truncated`: it had more than 100,000 lines. */
export type CardImportState = 'running' | 'interrupted' | 'completed' | 'truncated';

/** Times are RFC 3339 in UTC. */
export interface CardImport {
  readonly importId: string;
  /** Of the upload. */
  readonly requestId: string;
  readonly state: CardImportState;
  /** Lines that have an outcome; blank lines are none. */
  readonly received: number;
  readonly registered: number;
  /** References that another import or call had registered. */
  readonly existing: number;
  readonly failed: number;
  readonly startedAt: string;
  readonly changedAt: string;
}

export type LineOutcome = 'registered' | 'existing' | 'failed';
export type LineCode =
  'LINE_TOO_LONG' | 'LINE_NOT_JSON' | 'LINE_INVALID' | 'CARD_REF_REPEATED' | 'CARD_CLOSED';

export interface ImportedLine {
  /** Counted from 1, blank lines included. */
  readonly line: number;
  readonly outcome: LineOutcome;
  /** Absent where the line has none that may be told. */
  readonly cardRef?: string | undefined;
  readonly cardId?: string | undefined;
  /** Of a failed line, with a JSON pointer into it. */
  readonly code?: LineCode | undefined;
  readonly pointer?: string | undefined;
  readonly detail?: string | undefined;
}
