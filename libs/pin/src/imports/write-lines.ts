import type { DataSource, EntityManager } from 'typeorm';
import type { CardData, SealedCardData } from '#libs/card-vault';
import { ApiClientEntity, inTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { appendAudit, refuseBraked, type RequestContext } from '#libs/requests';
import type { Card } from '../cards/card.js';
import type { LineCounts, LineOutcome, LineRecord } from './card-import.js';
import { recordOfTaken, takenRefs, type JudgedLine } from './judge-lines.js';
import { holdRun, type Run } from './runs.js';

/** A card to make, its data sealed for its id. */
export interface NewCard {
  readonly lineNo: number;
  readonly cardId: string;
  readonly cardRef: string;
  readonly pinAccountSource: Card['pinAccountSource'];
  /** Null when it comes from the PAN. */
  readonly pinAccount: string | null;
  readonly chip: boolean;
  readonly data: { readonly last4: CardData['last4']; readonly sealed: SealedCardData } | null;
}

interface Batch {
  readonly judged: readonly JudgedLine[];
  readonly cards: readonly NewCard[];
}

/**
 * A batch in one transaction: its cards with their data, a record of each line, an audit line of each card as when it is
 * registered alone, and the counts, which it returns.
 *
 * @throws PinwardError from a brake; TOKEN_INVALID when the client was revoked meanwhile; CARD_IMPORT_INTERRUPTED when
 *   another run has taken the import over
 */
export async function writeLines(
  dataSource: DataSource,
  run: Run,
  { judged, cards }: Batch,
): Promise<LineCounts> {
  const { context } = run;
  return await inTransaction(dataSource, async (manager) => {
    // 1. The caller may still do this, and it is this run's.
    await refuseBraked(manager, { ...context, operation: 'card.register', cardId: null });
    await refuseRevoked(manager, context);
    await holdRun(manager, run);
    // 2. The cards. Some references may have been taken since they were looked up.
    const made = await insertCards(manager, context.tenantId, cards);
    await insertData(manager, context.tenantId, made);
    const late = await recordsOfLate(manager, context.tenantId, cards, made);
    // 3. Records of all lines, and the counts.
    const records = [
      ...made.map(recordOfMade),
      ...late,
      ...judged.flatMap((line) => ('record' in line ? [line.record] : [])),
    ];
    const retried = run.resumed ? await forgetFailed(manager, run, records) : 0;
    await insertRecords(manager, run, records);
    const counts = countsOf(records);
    await count(manager, run, { ...counts, failed: counts.failed - retried });
    // 4. Audit.
    await appendAudit(
      manager,
      made.map(({ cardId, cardRef }) => ({
        ...context,
        ...{ action: 'card.register', result: 'registered', cardId, eventNo: '1', details: { cardRef } },
      })),
    );
    return counts;
  });
}

/** A token may outlive its client; an import is long. */
async function refuseRevoked(manager: EntityManager, { tenantId, clientId }: RequestContext): Promise<void> {
  const client = await manager.findOneBy(ApiClientEntity, { tenantId, clientId });
  // Clients of an OpenID provider are not registered here.
  if (client !== null && !client.revokedAt.isNever) throw new PinwardError('TOKEN_INVALID');
}

/** Returns those that were made: a reference is one card's. */
async function insertCards(
  manager: EntityManager,
  tenantId: string,
  cards: readonly NewCard[],
): Promise<readonly NewCard[]> {
  if (cards.length === 0) return [];
  const inserted = await manager.query<{ card_id: string }[]>(
    `INSERT INTO cards (tenant_id, card_id, card_ref, pin_account_source, pin_account, chip, pan_last4)
     SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[])
     ON CONFLICT (tenant_id, card_ref) DO NOTHING RETURNING card_id`,
    [
      tenantId,
      cards.map(({ cardId }) => cardId),
      cards.map(({ cardRef }) => cardRef),
      cards.map(({ pinAccountSource }) => pinAccountSource),
      cards.map(({ pinAccount }) => pinAccount),
      cards.map(({ chip }) => chip),
      cards.map(({ data }) => data?.last4 ?? null),
    ],
  );
  const made = new Set(inserted.map(({ card_id: cardId }) => cardId));
  return cards.filter(({ cardId }) => made.has(cardId));
}

async function insertData(
  manager: EntityManager,
  tenantId: string,
  cards: readonly NewCard[],
): Promise<void> {
  const withData = cards.flatMap(({ cardId, data }) => (data === null ? [] : [{ cardId, ...data.sealed }]));
  if (withData.length === 0) return;
  await manager.query(
    `INSERT INTO card_data (tenant_id, card_id, pan, expiry, holder_name, seal_generation, pan_fingerprint,
                            fingerprint_generation)
     SELECT $1, * FROM unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[], $6::integer[], $7::bytea[], $8::integer[])`,
    [
      tenantId,
      withData.map(({ cardId }) => cardId),
      withData.map(({ pan }) => pan),
      withData.map(({ expiry }) => expiry),
      withData.map(({ holderName }) => holderName),
      withData.map(({ sealGeneration }) => sealGeneration),
      withData.map(({ panFingerprint }) => panFingerprint),
      withData.map(({ fingerprintGeneration }) => fingerprintGeneration),
    ],
  );
}

async function recordsOfLate(
  manager: EntityManager,
  tenantId: string,
  cards: readonly NewCard[],
  made: readonly NewCard[],
): Promise<readonly LineRecord[]> {
  const late = cards.filter((card) => !made.includes(card));
  const lineOf = new Map(late.map(({ cardRef, lineNo }) => [cardRef, lineNo]));
  const taken = await takenRefs(manager, tenantId, [...lineOf.keys()]);
  return taken.map((card) => recordOfTaken(lineOf.get(card.cardRef) ?? 0, card));
}

function recordOfMade({ lineNo, cardRef, cardId }: NewCard): LineRecord {
  return { lineNo, outcome: 'registered', cardRef, cardId, fault: null };
}

/** What has failed is looked at anew. Returns how many lines that were. */
async function forgetFailed(
  manager: EntityManager,
  { context: { tenantId }, importId }: Run,
  records: readonly LineRecord[],
): Promise<number> {
  const [, forgotten] = await manager.query<[unknown[], number]>(
    `DELETE FROM card_import_lines
      WHERE tenant_id = $1 AND import_id = $2 AND outcome = 'failed' AND line_no = ANY ($3::integer[])`,
    [tenantId, importId, records.map(({ lineNo }) => lineNo)],
  );
  return forgotten;
}

async function insertRecords(
  manager: EntityManager,
  { context: { tenantId }, importId }: Run,
  records: readonly LineRecord[],
): Promise<void> {
  const column = <Value>(value: (record: LineRecord) => Value) => records.map(value);
  await manager.query(
    `INSERT INTO card_import_lines (tenant_id, import_id, line_no, outcome, card_ref, card_id, code, pointer, detail)
     SELECT $1, $2, * FROM unnest($3::integer[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[])`,
    [
      tenantId,
      importId,
      column(({ lineNo }) => lineNo),
      column(({ outcome }) => outcome),
      column(({ cardRef }) => cardRef),
      column(({ cardId }) => cardId),
      column(({ fault }) => fault?.code ?? null),
      column(({ fault }) => fault?.pointer ?? null),
      column(({ fault }) => fault?.detail ?? null),
    ],
  );
}

function countsOf(records: readonly LineRecord[]): LineCounts {
  const so = (outcome: LineOutcome) => records.filter((record) => record.outcome === outcome).length;
  return { registered: so('registered'), existing: so('existing'), failed: so('failed') };
}

async function count(
  manager: EntityManager,
  { context: { tenantId }, importId }: Run,
  { registered, existing, failed }: LineCounts,
): Promise<void> {
  await manager.query(
    `UPDATE card_imports SET registered = registered + $3, existing = existing + $4, failed = failed + $5
      WHERE tenant_id = $1 AND import_id = $2`,
    [tenantId, importId, registered, existing, failed],
  );
}
