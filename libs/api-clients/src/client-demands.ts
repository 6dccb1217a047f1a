import type { DataSource, EntityManager } from 'typeorm';
import { ClientDemandEntity, outsideTransaction, type TimeOrNever } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { maskPanLike } from '#libs/pan-mask';
import {
  isReservedClient,
  once,
  storedBody,
  type Answered,
  type Done,
  type RequestContext,
} from '#libs/requests';
import { CLIENT_METHODS, type ClientMethod } from './keys/client-keys.js';
import { findClient } from './persistence/clients.js';

/** What a tenant asks of its clients. */
export interface Demand {
  /** How a client may prove itself. */
  readonly methods: readonly ClientMethod[];
  /** Whether each token must be bound to a key (RFC 9449) or a certificate (RFC 8705). */
  readonly senderConstrained: boolean;
}

export interface NewDemand extends Demand {
  /** From when on; now unless given. */
  readonly validFrom?: Date | undefined;
}

export interface DemandChange {
  readonly demand: NewDemand;
  readonly reason: string;
  /** The person who asked, if another one approves; the caller unless given. */
  readonly setBy?: string;
  /** Who was asked, and under which approval, if it took two persons. */
  readonly approval?: Readonly<Record<string, string>>;
}

/** A demand as it was made; times are RFC 3339 in UTC. */
export interface DemandView extends Demand {
  readonly demandNo: number;
  readonly validFrom: string;
  readonly setBy: string;
  readonly setThrough: string;
  readonly reason: string;
  readonly setAt: string;
}

/** A tenant without a demand. */
const NOTHING_DEMANDED: Demand = { methods: CLIENT_METHODS, senderConstrained: false };
const SHOWN_AT_MOST = 50;
const LONGEST_NOTICE_MS = 366 * 86_400_000;

/** The newest one that has begun, by the database's clock, as all deadlines. */
const IN_FORCE = `
SELECT methods, sender_constrained AS "senderConstrained" FROM client_demands
 WHERE tenant_id = $1 AND valid_from <= clock_timestamp() ORDER BY demand_no DESC LIMIT 1`;

/** What tenants demand of their clients: how they prove themselves, and that tokens are bound. */
export class ClientDemands {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async inForce(tenantId: string): Promise<Demand> {
    const [row] = await outsideTransaction(() =>
      this.dataSource.manager.query<Demand[]>(IN_FORCE, [tenantId]),
    );
    return row ?? NOTHING_DEMANDED;
  }

  /** Newest first; one that has not begun is among them. */
  async list(tenantId: string): Promise<readonly DemandView[]> {
    const rows = await outsideTransaction(() =>
      this.dataSource.manager.find(ClientDemandEntity, {
        where: { tenantId },
        order: { demandNo: 'DESC' },
        take: SHOWN_AT_MOST,
      }),
    );
    return rows.map((row) => demandView(row));
  }

  /** @throws PinwardError REQUEST_INVALID, or that the request id has been used */
  async change(context: RequestContext, change: DemandChange): Promise<Answered<DemandView>> {
    return await once(this.dataSource, context, { action: CHANGE_DEMAND }, async (manager) => {
      const { view, ...done } = await this.put(manager, context, change);
      return { ...done, answer: storedBody({ ...view }) };
    });
  }

  /**
   * Whether it could be made by this caller now. Whoever asks for it, and whoever approves, must come through a client
   * that meets it: otherwise those who could take it back would be the first to be shut out.
   *
   * @throws PinwardError REQUEST_INVALID
   */
  async check(
    manager: EntityManager,
    { tenantId, clientId, tokenBound }: Pick<RequestContext, 'tenantId' | 'clientId' | 'tokenBound'>,
    { methods, senderConstrained, validFrom }: NewDemand,
  ): Promise<void> {
    if (validFrom !== undefined && validFrom.getTime() > this.now().getTime() + LONGEST_NOTICE_MS)
      throw invalid('/validFrom', 'must not be more than a year ahead');
    // The command line needs no token.
    if (senderConstrained && tokenBound !== true && !isReservedClient(clientId))
      throw invalid('/senderConstrained', 'is not met by your own token: come with a bound one');
    // Whom only an OpenID provider knows proves itself there.
    const own = await findClient(manager, tenantId, clientId);
    if (own === null) return;
    const isAlive = ({ expiresAt }: { readonly expiresAt: TimeOrNever }) => !expiresAt.hasCome(this.now());
    const held: readonly ClientMethod[] = [
      ...own.secrets.filter(isAlive).map(() => 'client_secret' as const),
      ...own.keys.filter(isAlive).map(({ method }) => method),
    ];
    if (!held.some((method) => methods.includes(method)))
      throw invalid(
        '/methods',
        'must hold a way in which your own client proves itself: register its keys first',
      );
  }

  /** As a part of another request. @throws PinwardError REQUEST_INVALID */
  async put(
    manager: EntityManager,
    context: RequestContext,
    { demand, reason, setBy = context.subject, approval = {} }: DemandChange,
  ): Promise<Required<Pick<Done, 'line' | 'event'>> & { readonly view: DemandView }> {
    const { tenantId, clientId: setThrough } = context;
    // 1. One after the other.
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `pinward client demands ${tenantId}`,
    ]);
    await this.check(manager, context, demand);
    // 2. The row; a concurrent one of this number is a conflict.
    const [newest] = await manager.find(ClientDemandEntity, {
      where: { tenantId },
      order: { demandNo: 'DESC' },
      take: 1,
    });
    const demandNo = (newest?.demandNo ?? 0) + 1;
    const key = { tenantId, demandNo };
    const { senderConstrained, validFrom = () => 'clock_timestamp()' } = demand;
    const methods = CLIENT_METHODS.filter((method) => demand.methods.includes(method));
    const said = { setBy, setThrough, reason: maskPanLike(reason) };
    await manager.insert(ClientDemandEntity, { ...key, methods, senderConstrained, validFrom, ...said });
    const view = demandView(await manager.findOneByOrFail(ClientDemandEntity, key));
    // 3. Audit line and event.
    const told = { senderConstrained, validFrom: view.validFrom, ...approval };
    const line = { demandNo, methods: methods.join(' '), reason: said.reason, ...told };
    return {
      view,
      line: { result: 'changed', details: line },
      event: { type: 'client_demands.changed', data: { methods, ...told } },
    };
  }
}

export const CHANGE_DEMAND = 'client.demand';

function demandView(row: ClientDemandEntity): DemandView {
  const { demandNo, senderConstrained, validFrom, setBy, setThrough, reason, setAt } = row;
  return {
    demandNo,
    methods: CLIENT_METHODS.filter((method) => row.methods.includes(method)),
    senderConstrained,
    validFrom: validFrom.toISOString(),
    setBy,
    setThrough,
    reason,
    setAt: setAt.toISOString(),
  };
}

function invalid(pointer: string, detail: string): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer, detail }] });
}
