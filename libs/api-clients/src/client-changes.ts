import type { DataSource, EntityManager } from 'typeorm';
import { outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import {
  emitEvent,
  once,
  recordEffect,
  storedBody,
  type Answered,
  type RequestContext,
} from '#libs/requests';
import { gainOf, planChange, type ChangeAsked, type ClientChange, type Gain } from './client-change.js';
import { clientView, type ClientView } from './client-view.js';
import { isClientId } from './new-client.js';
import { CHANGE_CLIENT, changeClient, refuseOther, type Because } from './persistence/change-client.js';
import { findClient } from './persistence/clients.js';
import { lockLiving } from './persistence/replace-keys.js';
import { findStale, type Believed } from './persistence/stale-agreements.js';
import type { ClientPolicy } from './policy.js';

/** A change that makes power: it is not one of those that one person may always make. */
export class MakesPower extends Error {
  override readonly name = 'MakesPower';

  constructor(
    readonly change: ClientChange,
    readonly gain: Gain,
  ) {
    super('the change gives the client more than it has');
  }
}

/** Changes of what is agreed with a client: its scopes, its addresses, its rate. */
export class ClientChanges {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: ClientPolicy,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * Takes power away, which one person may always do.
   *
   * @throws MakesPower for a change that gives something
   * @throws PinwardError REQUEST_INVALID, CLIENT_NOT_FOUND also for a revoked client
   */
  async narrow(
    context: RequestContext,
    clientId: string,
    { reason, ...asked }: ChangeAsked & Because,
  ): Promise<Answered<ClientView>> {
    let makesPower: MakesPower | null = null;
    const work = async (manager: EntityManager) => {
      makesPower = null;
      // Locked before it is judged: what is narrower than the client may be wider than what becomes of it meanwhile.
      const { client } = await lockLiving(manager, context.tenantId, clientId);
      const change = planChange(client, asked, this.policy);
      const gain = gainOf(change, this.policy);
      if (gain !== null) throw (makesPower = new MakesPower(change, gain));
      return await changeClient(manager, context, change, { reason });
    };
    try {
      return await this.answered(context, clientId, work);
    } catch (fault) {
      // A transaction tells every fault as its own.
      throw makesPower ?? fault;
    }
  }

  /**
   * Any change, where one person suffices.
   *
   * @throws PinwardError CLIENT_NOT_FOUND, SAME_OPERATOR, APPROVAL_CLOSED
   */
  async apply(
    context: RequestContext,
    change: ClientChange,
    because: Because,
  ): Promise<Answered<ClientView>> {
    return await this.answered(context, change.clientId, (manager) => {
      this.refuseOwn(context, change);
      return changeClient(manager, context, change, because);
    });
  }

  /**
   * Whether the change could be made now, for a request on which another person decides later.
   *
   * @throws PinwardError as apply does
   */
  async check(manager: EntityManager, context: RequestContext, change: ClientChange): Promise<void> {
    this.refuseOwn(context, change);
    const found = await findClient(manager, context.tenantId, change.clientId);
    if (found === null || !found.client.revokedAt.isNever) throw new PinwardError('CLIENT_NOT_FOUND');
    refuseOther(found.client, change.before);
  }

  /** As a part of another request, with its line and its event. @throws PinwardError as apply does */
  async carryOut(
    manager: EntityManager,
    context: RequestContext,
    change: ClientChange,
    because: Because,
  ): Promise<void> {
    this.refuseOwn(context, change);
    const { line, event } = await changeClient(manager, context, change, because);
    await recordEffect(manager, context, { action: CHANGE_CLIENT, cardId: null, eventNo: null, ...line });
    await emitEvent(manager, context, event.type, event.data);
  }

  /** Those of these callers with whom something narrower or other is agreed by now, or nothing any more. */
  async stale<One extends Believed>(callers: readonly One[]): Promise<readonly One[]> {
    return await outsideTransaction(() => findStale(this.dataSource.manager, callers));
  }

  /** A person who would gain by a change, through whichever client, neither asks for it nor agrees to it. */
  private refuseOwn({ clientId, subject }: RequestContext, change: ClientChange): void {
    if (gainOf(change, this.policy) === null) return;
    if (change.clientId === clientId || change.person === subject) throw new PinwardError('SAME_OPERATOR');
  }

  private async answered(
    context: RequestContext,
    clientId: string,
    work: (manager: EntityManager) => ReturnType<typeof changeClient>,
  ): Promise<Answered<ClientView>> {
    if (!isClientId(clientId)) throw new PinwardError('CLIENT_NOT_FOUND');
    return await once(this.dataSource, context, { action: CHANGE_CLIENT }, async (manager) => {
      const done = await work(manager);
      const changed = await findClient(manager, context.tenantId, clientId);
      if (changed === null) throw new PinwardError('CLIENT_NOT_FOUND');
      return { ...done, answer: storedBody({ ...clientView(changed.client, this.now()) }) };
    });
  }
}
