import type { DataSource } from 'typeorm';
import { outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { REPEATED, type CardLine, type ImportLine, type LineFault } from '#libs/sent-json';
import type { LineRecord } from './card-import.js';
import type { Run } from './runs.js';

/** A line that is done: by number and by reference. */
interface DoneLine {
  readonly lineNo: number;
  readonly cardRef: string;
}

interface TakenRef {
  readonly cardRef: string;
  readonly cardId: string;
  readonly closed: boolean;
}

/** What is known of the lines of a batch before anything is done about them. */
export interface Known {
  /** Lines of this import that have a card, among these numbers and references. */
  readonly done: readonly DoneLine[];
  readonly taken: readonly TakenRef[];
}

/** A line that has its record already is not among them. */
export type JudgedLine =
  { readonly lineNo: number; readonly toMake: CardLine } | { readonly record: LineRecord };

export async function lookUp(
  dataSource: DataSource,
  { context: { tenantId }, importId, resumed }: Run,
  lines: readonly ImportLine[],
): Promise<Known> {
  const refs = lines.flatMap((line) => ('card' in line ? [line.card.cardRef] : []));
  // A first upload has no records of the lines to come.
  const numbers = resumed ? lines.map(({ lineNo }) => lineNo) : [];
  return await outsideTransaction(async () => {
    const done = await dataSource.query<DoneLine[]>(
      `SELECT line_no AS "lineNo", card_ref AS "cardRef" FROM card_import_lines
        WHERE tenant_id = $1 AND import_id = $2 AND outcome <> 'failed' AND line_no = ANY ($3::integer[])
       UNION
       SELECT line_no, card_ref FROM card_import_lines
        WHERE tenant_id = $1 AND import_id = $2 AND outcome <> 'failed' AND card_ref = ANY ($4::text[])`,
      [tenantId, importId, numbers, refs],
    );
    return { done, taken: await takenRefs(dataSource, tenantId, refs) };
  });
}

/** Cards that have one of these references. */
export async function takenRefs(
  queries: Pick<DataSource, 'query'>,
  tenantId: string,
  refs: readonly string[],
): Promise<readonly TakenRef[]> {
  if (refs.length === 0) return [];
  return await queries.query<TakenRef[]>(
    `SELECT card_ref AS "cardRef", card_id AS "cardId", pin_status = 'closed' AS closed
       FROM cards WHERE tenant_id = $1 AND card_ref = ANY ($2::text[])`,
    [tenantId, refs],
  );
}

/**
 * Decides about each line but for its card data, which are never compared with anything (docs/adr/0024).
 *
 * @throws PinwardError REQUEST_ID_REUSED for a line that is done under another reference: this is another upload
 */
export function judgeLines(lines: readonly ImportLine[], { done, taken }: Known): readonly JudgedLine[] {
  const doneAt = new Map(done.map(({ lineNo, cardRef }) => [lineNo, cardRef]));
  const refsDone = new Set(done.map(({ cardRef }) => cardRef));
  const takenBy = new Map(taken.map((card) => [card.cardRef, card]));
  return lines.flatMap((line): readonly JudgedLine[] => {
    const { lineNo } = line;
    const recorded = doneAt.get(lineNo);
    if (recorded !== undefined) {
      if (!('card' in line) || line.card.cardRef !== recorded) throw new PinwardError('REQUEST_ID_REUSED');
      return [];
    }
    if (!('card' in line)) return [failed(lineNo, line.cardRef, line.fault)];
    const { cardRef } = line.card;
    if (refsDone.has(cardRef)) return [failed(lineNo, cardRef, REPEATED)];
    refsDone.add(cardRef);
    const card = takenBy.get(cardRef);
    return [card === undefined ? { lineNo, toMake: line.card } : { record: recordOfTaken(lineNo, card) }];
  });
}

/** Of a card that another import or call has made. */
export function recordOfTaken(lineNo: number, { cardRef, cardId, closed }: TakenRef): LineRecord {
  return closed
    ? { lineNo, outcome: 'failed', cardRef, cardId, fault: CLOSED }
    : { lineNo, outcome: 'existing', cardRef, cardId, fault: null };
}

const CLOSED: LineFault = {
  code: 'CARD_CLOSED',
  pointer: '/cardRef',
  detail: 'is the reference of a card that was closed for good',
};

function failed(lineNo: number, cardRef: string | null, fault: LineFault): JudgedLine {
  return { record: { lineNo, outcome: 'failed', cardRef, cardId: null, fault } };
}
