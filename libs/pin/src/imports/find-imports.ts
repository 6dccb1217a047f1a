import type { DataSource, EntityManager } from 'typeorm';
import {
  CardImportEntity,
  CardImportLineEntity,
  inTransaction,
  isUuid,
  outsideTransaction,
} from '#libs/database';
import { PinwardError } from '#libs/errors';
import { pageOf, readCursor, type Page } from '#libs/requests';
import type { LineFault } from '#libs/sent-json';
import type { CardImport, LineOutcome, LineRecord } from './card-import.js';

const LINE_NO = /^[1-9]\d{0,8}$/;

/** An import whose run has gone without a word is interrupted, whatever its row says. */
const IMPORT = `
SELECT tenant_id AS "tenantId", import_id AS "importId", request_id AS "requestId",
       CASE WHEN state = 'running' AND runs_until <= clock_timestamp() THEN 'interrupted' ELSE state END AS state,
       registered, existing, failed, started_at AS "startedAt", changed_at AS "changedAt"
  FROM card_imports`;

/** Null for an unknown or foreign import. */
export async function findImport(
  manager: EntityManager,
  tenantId: string,
  importId: string,
): Promise<CardImport | null> {
  if (!isUuid(importId)) return null;
  const [found] = await manager.query<CardImport[]>(`${IMPORT} WHERE tenant_id = $1 AND import_id = $2`, [
    tenantId,
    importId,
  ]);
  return found ?? null;
}

interface LinesAsked {
  readonly tenantId: string;
  readonly importId: string;
  readonly outcome?: LineOutcome | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Imports of cards and what became of their lines. */
export class CardImports {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws PinwardError CARD_IMPORT_NOT_FOUND, also for another tenant's */
  async read(tenantId: string, importId: string): Promise<CardImport> {
    return known(await outsideTransaction(() => findImport(this.dataSource.manager, tenantId, importId)));
  }

  /** The import of this upload: how it is found while it runs. @throws PinwardError CARD_IMPORT_NOT_FOUND */
  async findByRequest(tenantId: string, clientId: string, requestId: string): Promise<CardImport> {
    const [found] = await outsideTransaction(() =>
      this.dataSource.manager.query<CardImport[]>(
        `${IMPORT} WHERE tenant_id = $1 AND client_id = $2 AND request_id = $3`,
        [tenantId, clientId, requestId],
      ),
    );
    return known(found ?? null);
  }

  /** In the order of the upload. @throws PinwardError CARD_IMPORT_NOT_FOUND, REQUEST_INVALID for a cursor not ours */
  async lines({ tenantId, importId, outcome, cursor, limit }: LinesAsked): Promise<Page<LineRecord>> {
    await this.read(tenantId, importId);
    const after = cursor === undefined ? 0 : Number(readCursor(cursor, (text) => LINE_NO.test(text)));
    const rows = await outsideTransaction(() => {
      const query = this.dataSource.manager
        .createQueryBuilder(CardImportLineEntity, 'line')
        .where('line.tenantId = :tenantId AND line.importId = :importId', { tenantId, importId })
        .andWhere('line.lineNo > :after', { after });
      if (outcome !== undefined) query.andWhere('line.outcome = :outcome', { outcome });
      return query
        .orderBy('line.lineNo')
        .limit(limit + 1)
        .getMany();
    });
    const { items, nextCursor } = pageOf(rows, limit, ({ lineNo }) => String(lineNo));
    return { items: items.map(lineRecord), nextCursor };
  }

  /** Forgets imports that were last touched so long ago; their cards stay. Returns how many. */
  async purge(olderThanDays: number): Promise<number> {
    let forgotten = 0;
    while (await inTransaction(this.dataSource, (manager) => forgetOne(manager, olderThanDays)))
      forgotten += 1;
    return forgotten;
  }
}

/** With its lines, so that no upload goes on with a part of them. */
async function forgetOne(manager: EntityManager, olderThanDays: number): Promise<boolean> {
  const [old] = await manager.query<{ tenantId: string; importId: string }[]>(
    `SELECT tenant_id AS "tenantId", import_id AS "importId" FROM card_imports
      WHERE changed_at < clock_timestamp() - make_interval(days => $1)
        AND (state <> 'running' OR runs_until < clock_timestamp())
      LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [olderThanDays],
  );
  if (old === undefined) return false;
  await manager.delete(CardImportLineEntity, old);
  await manager.delete(CardImportEntity, old);
  return true;
}

function known(found: CardImport | null): CardImport {
  if (found === null) throw new PinwardError('CARD_IMPORT_NOT_FOUND');
  return found;
}

function lineRecord(row: CardImportLineEntity): LineRecord {
  const { lineNo, outcome, cardRef, cardId, code, pointer, detail } = row;
  const fault = code === null ? null : ({ code, pointer, detail } as LineFault);
  return { lineNo, outcome, cardRef, cardId, fault };
}
