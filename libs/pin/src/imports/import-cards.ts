import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { SEALED_TOGETHER, type CardData, type CardVault } from '#libs/card-vault';
import { PinwardError } from '#libs/errors';
import type { FairSemaphore } from '#libs/fair-semaphore';
import type { RequestContext } from '#libs/requests';
import type { CardLine, ImportLine } from '#libs/sent-json';
import { surrogatePinAccount } from '../cards/register-card.js';
import type { CardImport, LineCounts } from './card-import.js';
import { judgeLines, lookUp, type JudgedLine } from './judge-lines.js';
import { beginRun, endRun, interrupted, PROLONG_EVERY_MS, prolongRun, type Run } from './runs.js';
import { writeLines, type NewCard } from './write-lines.js';

/** Lines in one transaction: many, since a commit costs as much as all of them; few enough to be over in a moment. */
const LINES_TOGETHER = 200;

export interface ImportCardsRequest {
  readonly context: RequestContext;
  /**
   * The upload, read as fast as it is worked on. It throws CARD_IMPORT_TOO_LONG behind the last line that may be, and
   * CARD_IMPORT_INTERRUPTED when it is cut off.
   */
  readonly lines: AsyncIterable<ImportLine>;
  /** Aborted when the work has to stop: at the end of the batch that is under way. */
  readonly signal: AbortSignal;
  /** Told of each batch that is done. */
  readonly onBatch: (counts: LineCounts) => void;
  /** The import as the caller sees it. */
  readonly view: (state: CardImport) => Readonly<Record<string, unknown>>;
}

/**
 * Registers the cards of an upload, line by line. A line is done once: when the same upload comes again under its request
 * id, it goes on behind the lines that have a record (docs/adr/0051).
 */
export class ImportCards {
  /**
   * @param share so much of the HSM for all imports of this process; tenants take turns
   * @param mostAtOnce in all replicas
   */
  constructor(
    private readonly dataSource: DataSource,
    private readonly vault: Pick<CardVault, 'sealTogether'>,
    private readonly share: FairSemaphore,
    private readonly mostAtOnce: number,
  ) {}

  /**
   * @throws PinwardError REQUEST_IN_PROGRESS, OPERATION_RATE_LIMITED; CARD_IMPORT_TOO_LONG and CARD_IMPORT_INTERRUPTED
   *   with `import`; REQUEST_ID_REUSED, HSM_UNAVAILABLE, DATABASE_UNAVAILABLE; as a brake does
   */
  async execute({ context, lines, signal, onBatch, view }: ImportCardsRequest): Promise<CardImport> {
    // 1. The import of this request id, when its turn has come.
    const run = await beginRun(this.dataSource, context, this.mostAtOnce);
    const beat = setInterval(() => void prolongRun(this.dataSource, run).catch(ignored), PROLONG_EVERY_MS);
    try {
      // 2. Batch after batch.
      for await (const batch of batches(lines)) {
        if (signal.aborted) throw interrupted();
        onBatch(await this.importBatch(run, batch));
      }
      // 3. Let go of it.
      return await endRun(this.dataSource, run, 'completed');
    } catch (fault) {
      throw await this.broken(run, fault, view);
    } finally {
      clearInterval(beat);
    }
  }

  private async importBatch(run: Run, lines: readonly ImportLine[]): Promise<LineCounts> {
    // 1. Which lines are done, and which references are taken: those cost the HSM nothing.
    const judged = judgeLines(lines, await lookUp(this.dataSource, run, lines));
    // 2. Seal the data of the others. Until here nothing of them is stored anywhere.
    const cards = await this.sealed(run.context.tenantId, judged);
    // 3. Cards, data, records and audit lines in one transaction.
    return await writeLines(this.dataSource, run, { judged, cards });
  }

  private async sealed(tenantId: string, judged: readonly JudgedLine[]): Promise<readonly NewCard[]> {
    const cards = judged.flatMap((line) => ('toMake' in line ? [newCard(line.lineNo, line.toMake)] : []));
    const withData = cards.flatMap(({ card, data }) =>
      data === null ? [] : [{ cardId: card.cardId, data, card }],
    );
    const groups = inGroups(withData, SEALED_TOGETHER);
    const sealed = await Promise.all(
      groups.map((group) => this.share.run(tenantId, () => this.vault.sealTogether(tenantId, group))),
    );
    const byId = new Map(
      groups.flatMap((group, at) => group.map(({ cardId }, index) => [cardId, sealed[at]?.[index]] as const)),
    );
    return cards.map(({ card, data }) => {
      const itsData = byId.get(card.cardId);
      if (data === null) return { ...card, data: null };
      if (itsData === undefined) throw new Error('a card was left unsealed');
      return { ...card, data: { last4: data.last4, sealed: itsData } };
    });
  }

  /** What the caller is told. An import that cannot be let go of now is let go of when its run says no more. */
  private async broken(run: Run, fault: unknown, view: ImportCardsRequest['view']): Promise<unknown> {
    const code = fault instanceof PinwardError ? fault.code : 'INTERNAL';
    const state = code === 'CARD_IMPORT_TOO_LONG' ? 'truncated' : 'interrupted';
    const ended = await endRun(this.dataSource, run, state).catch(() => null);
    if (ended === null || !(fault instanceof PinwardError) || !TELLS_IMPORT.has(code)) return fault;
    const { cause, retryAfterSeconds } = fault;
    const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    return new PinwardError(fault.code, { import: view(ended) }, { cause, ...wait });
  }
}

const TELLS_IMPORT: ReadonlySet<string> = new Set(['CARD_IMPORT_TOO_LONG', 'CARD_IMPORT_INTERRUPTED']);

/** The lease is long enough for several tries. */
function ignored(): void {}

/** What came before the upload broke off is a batch as well. */
async function* batches(lines: AsyncIterable<ImportLine>): AsyncGenerator<readonly ImportLine[]> {
  let batch: ImportLine[] = [];
  let broken: { readonly fault: unknown } | null = null;
  try {
    for await (const line of lines) {
      batch.push(line);
      if (batch.length < LINES_TOGETHER) continue;
      yield batch;
      batch = [];
    }
  } catch (fault) {
    broken = { fault };
  }
  if (batch.length > 0) yield batch;
  if (broken !== null) throw broken.fault;
}

function newCard(
  lineNo: number,
  { cardRef, pinAccountSource, chip, data }: CardLine,
): { readonly card: Omit<NewCard, 'data'>; readonly data: CardData | null } {
  const pinAccount = pinAccountSource === 'pan' ? null : surrogatePinAccount();
  return { card: { lineNo, cardId: randomUUID(), cardRef, pinAccountSource, pinAccount, chip }, data };
}

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
