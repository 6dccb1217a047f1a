import type { CardData } from '#libs/card-vault';

/** The most lines of one import. A portfolio that is larger is several imports. */
export const MOST_LINES = 100_000;
/** A card with the longest members, each character escaped, has less than half of it. */
export const LINE_LIMIT_BYTES = 4 * 1024;

/** Why a line failed. The last two are the service's alone to find, since they depend on other lines and cards. */
export const LINE_CODES = [
  'LINE_TOO_LONG',
  'LINE_NOT_JSON',
  'LINE_INVALID',
  'CARD_REF_REPEATED',
  'CARD_CLOSED',
] as const;

/** What is wrong with a line; it repeats nothing of it. */
export interface LineFault {
  readonly code: (typeof LINE_CODES)[number];
  /** RFC 6901; empty for the whole line. */
  readonly pointer: string;
  /** A sentence of our own. */
  readonly detail: string;
}

/** Of the second line with a reference. */
export const REPEATED: LineFault = {
  code: 'CARD_REF_REPEATED',
  pointer: '/cardRef',
  detail: 'an earlier line has this reference',
};

/** A card to register. */
export interface CardLine {
  readonly cardRef: string;
  /** Null for a card whose data the service does not need. */
  readonly data: CardData | null;
  /** Where the PIN account comes from; `pan` needs data. */
  readonly pinAccountSource: 'surrogate' | 'pan';
  /** Whether a chip keeps the PIN as well. */
  readonly chip: boolean;
}

/** A line of an upload, as far as its own text decides about it. Lines are counted from 1. */
export type ImportLine =
  | { readonly lineNo: number; readonly card: CardLine }
  /** `cardRef` is null where the line has none that may be stored. */
  | { readonly lineNo: number; readonly cardRef: string | null; readonly fault: LineFault };
