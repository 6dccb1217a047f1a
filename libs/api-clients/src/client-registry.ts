import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction, outsideTransaction, type ClientSecretEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { once, onceShown, refuseRepeat, type Answered, type Page, type RequestContext } from '#libs/requests';
import type { ApiClient } from './api-client.js';
import { ClientSecret } from './client-secret.js';
import type { ClientView } from './client-view.js';
import { checkNewClient, isClientId, type CheckedClient, type NewClient } from './new-client.js';
import { markAgeingSecrets, type AgeingSecret } from './persistence/ageing-secrets.js';
import { findClients, type ClientFilter } from './persistence/client-pages.js';
import { findClient, findOfAllTenants, type StoredClient } from './persistence/clients.js';
import { admitClient, CREATE_CLIENT, insertClient, insertFirstSecret } from './persistence/create-client.js';
import { lockLiving } from './persistence/replace-keys.js';
import { rememberDigest } from './persistence/remember-digest.js';
import { revokeClient } from './persistence/revoke-client.js';
import { replaceSecret, ROTATE_SECRET } from './persistence/rotate-secret.js';
import { overlapEnd, rotateBefore, type ClientPolicy } from './policy.js';
import { digestOf, isDigest } from './secret-digest.js';
import { hashSecret, verifySecret } from './secret-hash.js';

/** A client with its new secret, which is shown only now. */
export interface IssuedSecret {
  readonly client: ApiClient;
  readonly secret: ClientSecret;
}

/** From where a client's secret was sent. */
export interface AuthenticationOrigin {
  readonly mayCallFromHere: (client: ApiClient) => boolean;
  /** Aborted when the caller no longer waits for the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** A secret that may be used now, with its client. */
interface UsableSecret {
  readonly client: ApiClient;
  readonly secret: ClientSecretEntity;
}

export interface NewSecret {
  readonly secret: ClientSecret;
  readonly hash: string;
  readonly digest: Buffer;
}

/** A client for which one person has asked and which another person has approved. */
export interface Approved {
  readonly client: NewClient;
  readonly requestedBy: string;
  /** For the audit line and the event. */
  readonly approval: Readonly<Record<string, string>>;
}

/** The API clients of all tenants: reading, secrets, registration, revocation. */
export class ClientRegistry {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: ClientPolicy,
    private readonly now: () => Date = () => new Date(),
    private readonly verify: typeof verifySecret = verifySecret,
  ) {}

  /**
   * Returns the client if this is its secret and the call comes from one of its addresses. Otherwise it returns null,
   * without a reason. The time of a refusal reveals nothing either. It costs the same look-ups, one hash and no write,
   * whether the client exists, has one or two secrets, is revoked, or sends the right secret from a wrong address. A
   * secret without a digest is an exception until its first use (docs/adr/0022).
   *
   * @throws PinwardError RATE_LIMITED when too many secrets without a digest wait to be compared
   */
  async authenticate(
    clientId: string,
    secret: string,
    { mayCallFromHere, signal }: AuthenticationOrigin,
  ): Promise<ApiClient | null> {
    // The form is public, so this refusal reveals nothing.
    if (!ClientSecret.hasForm(secret)) return null;
    const digest = digestOf(secret);
    // Several tenants may have a client of this id; the secret decides whose it is. From a wrong address no secret
    // works.
    const named = (await this.findNamed(clientId)).filter(({ client }) => mayCallFromHere(client));
    const usable = named.flatMap((found) => this.usableSecrets(found));
    const right = usable.filter(({ secret: { digest: stored } }) => isDigest(digest, stored));
    const [proved] = right;
    return proved?.client ?? (await this.authenticateByHash(usable, { secret, digest, signal }));
  }

  /** Revoked ones included, with revokedAt. */
  async find(tenantId: string, clientId: string): Promise<ApiClient | null> {
    // PostgreSQL refuses some texts, and an id of another form cannot exist.
    if (!isClientId(clientId)) return null;
    const found = await outsideTransaction(() => findClient(this.dataSource.manager, tenantId, clientId));
    return found?.client ?? null;
  }

  /** The tenant with this client, if a caller names none; null also if several tenants have one. */
  async findTenant(clientId: string): Promise<string | null> {
    const [only, other] = await this.findNamed(clientId);
    return only === undefined || other !== undefined ? null : only.client.tenantId;
  }

  /** @throws PinwardError REQUEST_INVALID, CLIENT_ID_IN_USE, or that the request id has been used */
  async create(context: RequestContext, asked: NewClient): Promise<IssuedSecret> {
    const client = checkNewClient(asked, this.policy);
    await refuseRepeat(this.dataSource, context);
    const { secret, ...stored } = await this.newSecret();
    const now = this.now();
    return await onceShown(this.dataSource, context, { action: CREATE_CLIENT }, async (manager) => {
      const admitted = await admitClient(manager, context, client);
      // A concurrent client with the same id is a conflict; after it, that client is found.
      await insertClient(manager, context, { client: admitted, createdBy: context.subject, now });
      await insertFirstSecret(manager, context, { clientId: client.clientId, ...stored, now });
      return { shown: { client: await this.readIn(manager, context.tenantId, client.clientId), secret } };
    });
  }

  async list(tenantId: string, filter: ClientFilter): Promise<Page<ApiClient>> {
    return await outsideTransaction(() => findClients(this.dataSource.manager, tenantId, filter));
  }

  /** @throws PinwardError CLIENT_NOT_FOUND also for another tenant's client: the two are indistinguishable */
  async read(tenantId: string, clientId: string): Promise<ApiClient> {
    return await outsideTransaction(() => this.readIn(this.dataSource.manager, tenantId, clientId));
  }

  /** The same as a transaction sees it. @throws PinwardError CLIENT_NOT_FOUND */
  async readIn(manager: EntityManager, tenantId: string, clientId: string): Promise<ApiClient> {
    const found = isClientId(clientId) ? await findClient(manager, tenantId, clientId) : null;
    if (found === null) throw new PinwardError('CLIENT_NOT_FOUND');
    return found.client;
  }

  /** @throws PinwardError CLIENT_NOT_FOUND */
  async revoke(context: RequestContext, clientId: string): Promise<Answered<ClientView>> {
    if (!isClientId(clientId)) throw new PinwardError('CLIENT_NOT_FOUND');
    const call = { action: 'client.revoke' };
    const request = { clientId, now: this.now() };
    return await once(this.dataSource, context, call, (manager) => revokeClient(manager, context, request));
  }

  /** @throws PinwardError CLIENT_NOT_FOUND also for a revoked client */
  async rotateSecret(context: RequestContext, clientId: string): Promise<IssuedSecret> {
    return await this.rotate(context, clientId, { onceAnOverlap: false });
  }

  /**
   * Only once in an overlap: another change would end the secret that replicas of the client still use.
   *
   * @throws PinwardError CLIENT_NOT_FOUND when it has been revoked meanwhile; SECRET_OVERLAP
   */
  async rotateOwnSecret(context: RequestContext): Promise<IssuedSecret> {
    return await this.rotate(context, context.clientId, { onceAnOverlap: true });
  }

  private async rotate(
    context: RequestContext,
    clientId: string,
    { onceAnOverlap }: { readonly onceAnOverlap: boolean },
  ): Promise<IssuedSecret> {
    await refuseRepeat(this.dataSource, context);
    await this.read(context.tenantId, clientId);
    const { secret, ...stored } = await this.newSecret();
    const now = this.now();
    const previousExpiresAt = overlapEnd(this.policy, now);
    return await onceShown(this.dataSource, context, { action: ROTATE_SECRET }, async (manager) => {
      await replaceSecret(manager, { context, clientId, ...stored, now, previousExpiresAt, onceAnOverlap });
      return { shown: { client: await this.readIn(manager, context.tenantId, clientId), secret } };
    });
  }

  /** The secrets that have entered their last days since the last call; each has its event in the outbox. */
  async markAgeingSecrets(): Promise<AgeingSecret[]> {
    return await inTransaction(this.dataSource, (manager) =>
      markAgeingSecrets(manager, this.policy, this.now()),
    );
  }

  /**
   * Whether this client could be registered now, for a request on which another person decides later.
   *
   * @returns it as it would be registered
   * @throws PinwardError REQUEST_INVALID, CLIENT_ID_IN_USE
   */
  async admit(manager: EntityManager, context: RequestContext, asked: NewClient): Promise<CheckedClient> {
    return await admitClient(manager, context, checkNewClient(asked, this.policy));
  }

  /** Makes an admitted client, without a secret: it can do nothing yet. @throws PinwardError as admit does */
  async makeWithoutSecret(manager: EntityManager, context: RequestContext, asked: Approved): Promise<void> {
    const client = await this.admit(manager, context, asked.client);
    const { requestedBy: createdBy, approval } = asked;
    await insertClient(manager, context, { client, createdBy, now: this.now(), approval });
  }

  /** A secret without a client, with its stored form. */
  async newSecret(): Promise<NewSecret> {
    const secret = ClientSecret.generate();
    return { secret, ...(await kept(secret)) };
  }

  /**
   * Gives a client its first secret, or a new one in place of the others, for a request that took two persons.
   *
   * @throws PinwardError CLIENT_NOT_FOUND also for a revoked client; CREDENTIAL_NOT_HELD
   */
  async giveSecret(
    manager: EntityManager,
    context: RequestContext,
    {
      clientId,
      secret,
      hash,
      digest,
      approval,
    }: NewSecret & Pick<Approved, 'approval'> & { readonly clientId: string },
  ): Promise<IssuedSecret> {
    const { tenantId } = context;
    const found = await lockLiving(manager, tenantId, clientId);
    // It proves itself with keys or a certificate; a secret beside them would be a weaker way in.
    if (found.secrets.length === 0 && found.keys.length > 0) throw new PinwardError('CREDENTIAL_NOT_HELD');
    const now = this.now();
    const given = { clientId, hash, digest, now };
    if (found.secrets.length === 0) await insertFirstSecret(manager, context, given);
    else {
      const previousExpiresAt = overlapEnd(this.policy, now);
      const record = { context, ...given, previousExpiresAt, onceAnOverlap: false, approval };
      await replaceSecret(manager, record);
    }
    const changed = await findClient(manager, tenantId, clientId);
    return { client: changed?.client ?? found.client, secret };
  }

  /** For secrets of the previous version. Every one is compared, even after a match; the right one gets its digest. */
  private async authenticateByHash(
    usable: readonly UsableSecret[],
    { secret, digest, signal }: { secret: string; digest: Buffer; signal: AbortSignal | undefined },
  ): Promise<ApiClient | null> {
    let proved: UsableSecret | null = null;
    for (const one of usable.filter(({ secret: stored }) => stored.digest === null)) {
      const asker = { tenantId: one.client.tenantId, signal };
      if (await this.verify(secret, one.secret.hash, asker)) proved = one;
    }
    if (proved === null) return null;
    const { tenantId, clientId, secretNo } = proved.secret;
    const remembered = { tenantId, clientId, secretNo, digest };
    await outsideTransaction(() => rememberDigest(this.dataSource.manager, remembered));
    return proved.client;
  }

  /** In all tenants. */
  private async findNamed(clientId: string): Promise<readonly StoredClient[]> {
    // PostgreSQL refuses some texts, and an id of another form cannot exist.
    const asked = isClientId(clientId) ? clientId : '';
    return await outsideTransaction(() => findOfAllTenants(this.dataSource.manager, asked));
  }

  private usableSecrets({ client, secrets }: StoredClient): readonly UsableSecret[] {
    if (!client.revokedAt.isNever) return [];
    const now = this.now();
    const isUsable = ({ createdAt, expiresAt }: ClientSecretEntity) =>
      !expiresAt.hasCome(now) &&
      (!this.policy.refuseOldSecrets || rotateBefore(this.policy, createdAt) > now);
    return secrets.filter(isUsable).map((secret) => ({ client, secret }));
  }
}

/** The stored form of a new secret. */
async function kept(secret: ClientSecret): Promise<{ readonly hash: string; readonly digest: Buffer }> {
  const text = secret.reveal();
  return { hash: await hashSecret(text), digest: digestOf(text) };
}
