import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import {
  emitEvent,
  once,
  recordEffect,
  storedBody,
  type Answered,
  type Done,
  type RequestContext,
} from '#libs/requests';
import type { ApiClient } from './api-client.js';
import { clientView, type ClientView } from './client-view.js';
import {
  agesHere,
  methodOf,
  type ClientKeys,
  type ClientMethod,
  type KeyContent,
} from './keys/client-keys.js';
import { checkNewKeys, type NewKeys, type UrlFault } from './keys/new-keys.js';
import { checkNewClient, isClientId, type NewClient } from './new-client.js';
import { markAgeingKeys, type AgeingKeys } from './persistence/ageing-keys.js';
import { findClient, findOfAllTenants } from './persistence/clients.js';
import { admitClient, CREATE_CLIENT, insertClient } from './persistence/create-client.js';
import { replaceKeys, ROTATE_KEYS, type KeysRecord, type Told } from './persistence/replace-keys.js';
import { WITHDRAW_METHOD, withdrawMethod } from './persistence/withdraw-method.js';
import { overlapEnd, rotateBefore, type ClientPolicy } from './policy.js';

/** A client with the keys or certificates that it may use now. */
export interface KeyHolder {
  readonly client: ApiClient;
  readonly usable: readonly ClientKeys[];
}

/** Checked keys, and the two persons if it took two. */
export interface GivenKeys {
  readonly clientId: string;
  readonly content: KeyContent;
  /** The person who asked, not the one who approved. */
  readonly requestedBy: string;
  readonly approval: Readonly<Record<string, string>>;
}

/** How clients prove themselves without a secret: their public keys and certificates. */
export class ClientKeyRegistry {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: ClientPolicy,
    private readonly urlFault: UrlFault,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** @throws PinwardError REQUEST_INVALID that names every fault at once */
  check(asked: NewKeys, pointer = '/keys'): KeyContent {
    return checkNewKeys(asked, pointer, this.urlFault, this.now());
  }

  /**
   * A client without a secret.
   *
   * @throws PinwardError REQUEST_INVALID, CLIENT_ID_IN_USE
   */
  async create(context: RequestContext, asked: NewClient, keys: NewKeys): Promise<Answered<ClientView>> {
    const client = checkNewClient(asked, this.policy);
    const content = this.check(keys);
    return await this.answered(context, CREATE_CLIENT, client.clientId, async (manager) => {
      const admitted = await admitClient(manager, context, client);
      const now = this.now();
      await insertClient(manager, context, { client: admitted, createdBy: context.subject, now });
      const given = { clientId: client.clientId, content, requestedBy: context.subject, approval: {} };
      await this.give(manager, context, given);
      return {};
    });
  }

  /**
   * Registers the first keys of a client, or other ones in place of those before.
   *
   * @throws PinwardError REQUEST_INVALID, CLIENT_NOT_FOUND also for a revoked client
   */
  async replace(context: RequestContext, clientId: string, keys: NewKeys): Promise<Answered<ClientView>> {
    const content = this.check(keys, '');
    return await this.answered(context, ROTATE_KEYS, clientId, (manager) =>
      this.put(manager, context, { clientId, content, registeredBy: context.subject }),
    );
  }

  /**
   * The same by the client itself, once an overlap, for the method by which it has proved itself.
   *
   * @throws PinwardError REQUEST_INVALID, KEYS_OVERLAP, CREDENTIAL_NOT_HELD
   */
  async replaceOwn(
    context: RequestContext,
    keys: NewKeys,
    proved: ClientMethod,
  ): Promise<Answered<ClientView>> {
    const content = this.check(keys, '');
    const isOther = methodOf(content) !== proved;
    // Where its keys are is agreed with operators, and a key vouches for no certificate.
    if (isOther || !agesHere(content)) throw new PinwardError('CREDENTIAL_NOT_HELD');
    const { clientId } = context;
    return await this.answered(context, ROTATE_KEYS, clientId, (manager) =>
      this.put(manager, context, { clientId, content, registeredBy: null }),
    );
  }

  /** @throws PinwardError CLIENT_NOT_FOUND, CREDENTIAL_NOT_HELD, LAST_CREDENTIAL */
  async withdraw(
    context: RequestContext,
    clientId: string,
    method: ClientMethod,
  ): Promise<Answered<ClientView>> {
    return await this.answered(context, WITHDRAW_METHOD, clientId, (manager) =>
      withdrawMethod(manager, context, clientId, method),
    );
  }

  /** As a part of another request, with its line and its event. @throws PinwardError CLIENT_NOT_FOUND */
  async give(manager: EntityManager, context: RequestContext, given: GivenKeys): Promise<void> {
    const { line, event } = await this.put(manager, context, { ...given, registeredBy: given.requestedBy });
    const call = { action: ROTATE_KEYS, cardId: null, eventNo: null };
    await recordEffect(manager, context, { ...call, ...line });
    await emitEvent(manager, context, event.type, event.data);
  }

  /**
   * Clients of all tenants with this id, and what each may prove itself with: who asks for a token names no tenant. It
   * costs the same look-ups whether there is one or not.
   */
  async holders(clientId: string): Promise<readonly KeyHolder[]> {
    // PostgreSQL refuses some texts, and an id of another form cannot exist.
    const asked = isClientId(clientId) ? clientId : '';
    const found = await outsideTransaction(() => findOfAllTenants(this.dataSource.manager, asked));
    return found
      .filter(({ client }) => client.revokedAt.isNever)
      .map(({ client }) => ({ client, usable: client.keys.filter((keys) => this.isUsable(keys)) }));
  }

  /** Those that have entered their last days since the last call; each has its event in the outbox. */
  async markAgeing(): Promise<AgeingKeys[]> {
    return await inTransaction(this.dataSource, (manager) =>
      markAgeingKeys(manager, this.policy, this.now()),
    );
  }

  private isUsable({ expiresAt, createdAt, content }: ClientKeys): boolean {
    const now = this.now();
    const isOld = agesHere(content) && rotateBefore(this.policy, createdAt) <= now;
    return !expiresAt.hasCome(now) && !(this.policy.refuseOldSecrets && isOld);
  }

  private async put(
    manager: EntityManager,
    context: RequestContext,
    given: Omit<KeysRecord, 'now' | 'previousExpiresAt'>,
  ): Promise<Told> {
    const now = this.now();
    const previousExpiresAt = overlapEnd(this.policy, now);
    return await replaceKeys(manager, context, { ...given, now, previousExpiresAt });
  }

  private async answered(
    context: RequestContext,
    action: string,
    clientId: string,
    work: (manager: EntityManager) => Promise<Pick<Done, 'line' | 'event'>>,
  ): Promise<Answered<ClientView>> {
    if (!isClientId(clientId)) throw new PinwardError('CLIENT_NOT_FOUND');
    return await once(this.dataSource, context, { action }, async (manager) => {
      const done = await work(manager);
      const found = await findClient(manager, context.tenantId, clientId);
      if (found === null) throw new PinwardError('CLIENT_NOT_FOUND');
      return { ...done, answer: storedBody({ ...clientView(found.client, this.now()) }) };
    });
  }
}
