import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { CardEntity, isUuid, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { maskPanLike } from '#libs/pan-mask';
import {
  emitEvent,
  isHumanText,
  NO_TENANT,
  once,
  recordEffect,
  STOPPABLE_OPERATIONS,
  storedBody,
  type Answered,
  type BrakeKind,
  type RequestContext,
} from '#libs/requests';
import { brakeView, type Brake, type BrakeView } from './brake.js';

/** Who pulls or releases; for the service itself there is no address. */
type Acting = Omit<RequestContext, 'claim' | 'sourceAddress'> & { readonly sourceAddress: string | null };

export interface BrakeAsked {
  readonly kind: BrakeKind;
  readonly target?: string | undefined;
  readonly reason: string;
  /** Of the context's tenant unless set. */
  readonly allTenants?: boolean;
}

export interface ReleaseAsked {
  readonly brakeId: string;
  readonly reason: string;
  /** For line and event, if it took two persons. */
  readonly approval?: Readonly<Record<string, string>>;
}

const COLUMNS = `tenant_id AS "tenantId", brake_id AS "brakeId", kind, target, reason, pulled_by AS "pulledBy",
  pulled_through AS "pulledThrough", pulled_at AS "pulledAt"`;

/** Brakes that operators pull and release. Every replica asks the database at every effect (docs/adr/0034). */
export class Brakes {
  constructor(private readonly dataSource: DataSource) {}

  /** The brakes of the tenant and those of all tenants. */
  async list(tenantId: string): Promise<Brake[]> {
    return await outsideTransaction(() =>
      this.dataSource.manager.query<Brake[]>(
        `SELECT ${COLUMNS} FROM brakes WHERE tenant_id IN ($1, $2) ORDER BY pulled_at, brake_id`,
        [tenantId, NO_TENANT],
      ),
    );
  }

  /**
   * After this returns, no stopped operation has an effect any more, on any replica. Evaluations whose try was spent
   * before still answer with their verdict.
   *
   * @returns the brake that was pulled before, if there is one
   * @throws PinwardError REQUEST_INVALID, CARD_NOT_FOUND, or that the request id has been used
   */
  async pull(context: RequestContext, asked: BrakeAsked): Promise<Answered<BrakeView>> {
    return await once(this.dataSource, context, { action: 'brake.pull' }, async (manager) => ({
      answer: storedBody({ ...brakeView(await this.pullIn(manager, context, asked)) }),
    }));
  }

  /** The same within a transaction, for a brake that the service itself pulls. The transaction should end soon. */
  async pullIn(manager: EntityManager, who: Acting, asked: BrakeAsked): Promise<Brake> {
    const target = await checkedTarget(manager, who, asked);
    // Waits for all effects that have looked at the brakes before, and lets later ones wait.
    await manager.query("SELECT pg_advisory_xact_lock(hashtextextended('pinward brakes', 0))");
    const tenantId = asked.allTenants === true ? NO_TENANT : who.tenantId;
    const before = await find(manager, { tenantId, kind: asked.kind, target });
    if (before !== null) return before;
    const brake = await insert(manager, who, { ...asked, tenantId, target });
    await record(manager, who, brake, { action: 'brake.pull', reason: brake.reason });
    return brake;
  }

  /** @throws PinwardError BRAKE_NOT_FOUND, or that the request id has been used */
  async release(context: RequestContext, asked: ReleaseAsked): Promise<Answered<BrakeView>> {
    return await once(this.dataSource, context, { action: 'brake.release' }, async (manager) => ({
      answer: storedBody({ ...(await this.releaseIn(manager, context, asked)) }),
    }));
  }

  /** The same within a transaction, for a release that took two persons. */
  async releaseIn(
    manager: EntityManager,
    context: RequestContext,
    { brakeId, reason, approval = {} }: ReleaseAsked,
  ): Promise<BrakeView> {
    const brake = await this.readIn(manager, context, brakeId);
    const [, released] = await manager.query<[unknown[], number]>(
      'DELETE FROM brakes WHERE tenant_id = $1 AND brake_id = $2',
      [brake.tenantId, brakeId],
    );
    // Another operator was faster.
    if (released !== 1) throw new PinwardError('BRAKE_NOT_FOUND');
    await record(manager, context, brake, { action: 'brake.release', reason: maskPanLike(reason), approval });
    return brakeView(brake);
  }

  /** @throws PinwardError BRAKE_NOT_FOUND, also for one of all tenants when only a tenant's is asked for */
  async readIn(
    manager: EntityManager,
    { tenantId }: Pick<RequestContext, 'tenantId'>,
    brakeId: string,
  ): Promise<Brake> {
    const rows = isUuid(brakeId)
      ? await manager.query<Brake[]>(`SELECT ${COLUMNS} FROM brakes WHERE tenant_id = $1 AND brake_id = $2`, [
          tenantId,
          brakeId,
        ])
      : [];
    const [brake] = rows;
    if (brake === undefined) throw new PinwardError('BRAKE_NOT_FOUND');
    return brake;
  }
}

async function find(
  manager: EntityManager,
  { tenantId, kind, target }: Pick<Brake, 'tenantId' | 'kind' | 'target'>,
): Promise<Brake | null> {
  const [brake] = await manager.query<Brake[]>(
    `SELECT ${COLUMNS} FROM brakes WHERE tenant_id = $1 AND kind = $2 AND target = $3`,
    [tenantId, kind, target],
  );
  return brake ?? null;
}

async function insert(
  manager: EntityManager,
  { subject, clientId }: Acting,
  { tenantId, kind, target, reason }: Pick<Brake, 'tenantId' | 'kind' | 'target' | 'reason'>,
): Promise<Brake> {
  const values = [tenantId, randomUUID(), kind, target, maskPanLike(reason), subject, clientId];
  const [brake] = await manager.query<Brake[]>(
    `INSERT INTO brakes (tenant_id, brake_id, kind, target, reason, pulled_by, pulled_through)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    values,
  );
  if (brake === undefined) throw new Error('the insert returned no row');
  return brake;
}

async function record(
  manager: EntityManager,
  context: Acting,
  { tenantId, brakeId, kind, target }: Brake,
  { action, reason, approval = {} }: Pick<ReleaseAsked, 'reason' | 'approval'> & { readonly action: string },
): Promise<void> {
  const details = { brakeId, kind, target, reason, ...approval };
  const result = action === 'brake.pull' ? 'pulled' : 'released';
  const cardId = kind === 'card' ? target : null;
  await recordEffect(manager, { ...context, tenantId }, { action, result, cardId, eventNo: null, details });
  // Brakes of all tenants belong to no tenant.
  if (tenantId !== NO_TENANT) await emitEvent(manager, context, `brake.${result}`, { brakeId, kind, target });
}

/** What a token may name: an OpenID provider's clients may have blanks and letters of any script. */
const isClientId = (text: string) => text.length >= 1 && text.length <= 200 && isHumanText(text);

async function checkedTarget(
  manager: EntityManager,
  { tenantId }: Acting,
  { kind, target = '*', allTenants = false }: BrakeAsked,
): Promise<string> {
  const wrong = (detail: string) =>
    new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '/target', detail }] });
  if ((target === '*') !== (kind === 'everything'))
    throw wrong(kind === 'everything' ? 'goes with no stop of everything' : 'is required');
  const isOfClient = kind === 'client' || kind === 'client-pins';
  if (allTenants && (isOfClient || kind === 'card')) throw wrong('is of one tenant');
  if (isOfClient && !isClientId(target)) throw wrong('must be a client id');
  if (kind === 'operation' && !STOPPABLE_OPERATIONS.some((known) => known === target))
    throw wrong(`must be one of ${STOPPABLE_OPERATIONS.join(', ')}`);
  if (kind !== 'card') return target;
  const cardId = target.toLowerCase();
  if (!isUuid(cardId) || !(await manager.existsBy(CardEntity, { tenantId, cardId })))
    throw new PinwardError('CARD_NOT_FOUND');
  return cardId;
}
