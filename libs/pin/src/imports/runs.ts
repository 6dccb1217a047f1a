import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { CardImportEntity, inTransaction, outsideTransaction, TenantEntity } from '#libs/database';
import { limitReached, PinwardError } from '#libs/errors';
import { recordEffect, refuseBraked, type RequestContext } from '#libs/requests';
import type { CardImport, ImportState } from './card-import.js';
import { findImport } from './find-imports.js';

/** A run that says nothing for so long has ended: its service was killed, or has lost the database. */
const LEASE_SECONDS = 10;
/** Time for several tries to say something. */
export const PROLONG_EVERY_MS = 2_500;
/** When a tenant that found no room should ask again. */
const COME_BACK_SECONDS = 5;
/** A tenant that has not come back by then has given up its place. */
const PLACE_KEPT_SECONDS = 30;

/** One call that works on an import. No other one writes to it while this one holds it. */
export interface Run {
  readonly context: RequestContext;
  readonly importId: string;
  readonly runId: string;
  /** Whether an earlier call has begun it: some lines may be done. */
  readonly resumed: boolean;
}

/**
 * Takes the import of this request id, new or interrupted, if its turn has come: one at a time for a tenant, and so many
 * at once in all replicas.
 *
 * @throws PinwardError REQUEST_IN_PROGRESS, OPERATION_RATE_LIMITED, and as a brake does
 */
export async function beginRun(
  dataSource: DataSource,
  context: RequestContext,
  mostAtOnce: number,
): Promise<Run> {
  const { tenantId, claim } = context;
  const begun = await inTransaction(dataSource, async (manager) => {
    // 1. No brake stops it; and no other import begins while this one looks around.
    await refuseBraked(manager, { ...context, operation: 'card.register', cardId: null });
    await manager.query("SELECT pg_advisory_xact_lock(hashtextextended('pinward card imports', 0))");
    // 2. No call works on it, and there is room.
    const found = await manager.findOneBy(CardImportEntity, { tenantId, requestKey: claim.key });
    const running = await runningNow(manager);
    const same = running.find(({ importId }) => importId === found?.importId);
    if (same !== undefined)
      throw new PinwardError('REQUEST_IN_PROGRESS', {}, { retryAfterSeconds: same.secondsLeft });
    if (running.some((other) => other.tenantId === tenantId))
      return limitReached('tenant-card-imports', COME_BACK_SECONDS);
    if (!(await hasTurn(manager, tenantId, mostAtOnce - running.length)))
      return limitReached('card-imports', COME_BACK_SECONDS);
    // 3. From here on it is this run's.
    const run = { context, importId: found?.importId ?? randomUUID(), runId: randomUUID() };
    const resumed = found !== null;
    await (resumed ? takeUp(manager, run) : create(manager, run));
    await recordEffect(manager, context, {
      ...{ action: 'card-import.begin', result: resumed ? 'resumed' : 'begun', cardId: null, eventNo: null },
      details: { importId: run.importId },
    });
    return { ...run, resumed };
  });
  // The place in the queue has been kept with it.
  if (begun instanceof PinwardError) throw begun;
  return begun;
}

interface RunningImport {
  readonly tenantId: string;
  readonly importId: string;
  readonly secondsLeft: number;
}

async function runningNow(manager: EntityManager): Promise<readonly RunningImport[]> {
  return await manager.query<RunningImport[]>(
    `SELECT tenant_id AS "tenantId", import_id AS "importId",
            ceil(extract(epoch FROM runs_until - clock_timestamp()))::integer AS "secondsLeft"
       FROM card_imports WHERE state = 'running' AND runs_until > clock_timestamp()`,
  );
}

/** The tenant that asked first comes first, so that a tenant with one import after the other does not keep all others out. */
async function hasTurn(manager: EntityManager, tenantId: string, room: number): Promise<boolean> {
  await manager.query(
    `DELETE FROM card_import_turns t
      WHERE asked_at <= clock_timestamp() - make_interval(secs => $1)
         OR EXISTS (SELECT FROM card_imports i
                     WHERE i.tenant_id = t.tenant_id AND i.state = 'running' AND i.runs_until > clock_timestamp())`,
    [PLACE_KEPT_SECONDS],
  );
  const [row] = await manager.query<{ before: number }[]>(
    `SELECT count(*)::integer AS before FROM card_import_turns t
      WHERE tenant_id <> $1
        AND since <= coalesce((SELECT since FROM card_import_turns WHERE tenant_id = $1), 'infinity')`,
    [tenantId],
  );
  if ((row?.before ?? 0) < room) {
    await manager.query('DELETE FROM card_import_turns WHERE tenant_id = $1', [tenantId]);
    return true;
  }
  await manager.query(
    `INSERT INTO card_import_turns (tenant_id) VALUES ($1)
     ON CONFLICT (tenant_id) DO UPDATE SET asked_at = clock_timestamp()`,
    [tenantId],
  );
  return false;
}

type NewRun = Omit<Run, 'resumed'>;

async function create(manager: EntityManager, { context, importId, runId }: NewRun): Promise<void> {
  const { tenantId, clientId, requestId, claim } = context;
  if (!(await manager.existsBy(TenantEntity, { tenantId })))
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the client has no such tenant') });
  await manager.query(
    `INSERT INTO card_imports (tenant_id, import_id, request_key, request_id, client_id, state, run_id, runs_until)
     VALUES ($1, $2, $3, $4, $5, 'running', $6, clock_timestamp() + make_interval(secs => $7))`,
    [tenantId, importId, claim.key, requestId, clientId, runId, LEASE_SECONDS],
  );
}

async function takeUp(manager: EntityManager, { context, importId, runId }: NewRun): Promise<void> {
  await manager.query(
    `UPDATE card_imports
        SET state = 'running', run_id = $3, runs_until = clock_timestamp() + make_interval(secs => $4),
            changed_at = clock_timestamp()
      WHERE tenant_id = $1 AND import_id = $2`,
    [context.tenantId, importId, runId, LEASE_SECONDS],
  );
}

/**
 * Holds the import for another while, and, in a transaction, until that ends.
 *
 * @throws PinwardError CARD_IMPORT_INTERRUPTED when another run has taken it over
 */
export async function holdRun(
  manager: EntityManager,
  { context: { tenantId }, importId, runId }: Run,
): Promise<void> {
  const held = await manager.query<[unknown[], number]>(
    `UPDATE card_imports SET runs_until = clock_timestamp() + make_interval(secs => $4), changed_at = clock_timestamp()
      WHERE tenant_id = $1 AND import_id = $2 AND run_id = $3`,
    [tenantId, importId, runId, LEASE_SECONDS],
  );
  if (held[1] !== 1) throw interrupted(new Error('another call has taken the import over'));
}

export async function prolongRun(dataSource: DataSource, run: Run): Promise<void> {
  await outsideTransaction(() => holdRun(dataSource.manager, run));
}

/** Lets go of the import, with its audit line. One that another run has taken over stays as it is. */
export async function endRun(
  dataSource: DataSource,
  run: Run,
  state: Exclude<ImportState, 'running'>,
): Promise<CardImport> {
  const { context, importId, runId } = run;
  const { tenantId } = context;
  return await inTransaction(dataSource, async (manager) => {
    const { affected } = await manager.update(
      CardImportEntity,
      { tenantId, importId, runId },
      { state, runId: null, runsUntil: null, changedAt: () => 'clock_timestamp()' },
    );
    const ended = await findImport(manager, tenantId, importId);
    if (ended === null) throw new PinwardError('CARD_IMPORT_NOT_FOUND');
    const { registered, existing, failed } = ended;
    if (affected === 1)
      await recordEffect(manager, context, {
        ...{ action: 'card-import.end', result: state, cardId: null, eventNo: null },
        details: { importId, registered, existing, failed },
      });
    return ended;
  });
}

/** What was done stays done; the same upload goes on. */
export function interrupted(cause?: unknown): PinwardError {
  return new PinwardError('CARD_IMPORT_INTERRUPTED', {}, { retryAfterSeconds: 1, cause });
}
