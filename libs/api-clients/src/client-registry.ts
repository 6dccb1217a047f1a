import type { DataSource } from 'typeorm';
import { findClaim, inTransaction, outsideTransaction, type ClientSecretEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { refuseRepeat, type Answered, type Page, type RequestContext } from '#libs/requests';
import type { ApiClient } from './api-client.js';
import { ClientSecret } from './client-secret.js';
import type { ClientView } from './client-view.js';
import { checkNewClient, isClientId, type NewClient } from './new-client.js';
import { markAgeingSecrets, type AgeingSecret } from './persistence/ageing-secrets.js';
import { findClients, type ClientFilter } from './persistence/client-pages.js';
import { findAnywhere, findClient, type StoredClient } from './persistence/clients.js';
import { createClient } from './persistence/create-client.js';
import { rememberDigest } from './persistence/remember-digest.js';
import { revokeClient } from './persistence/revoke-client.js';
import { rotateSecret } from './persistence/rotate-secret.js';
import { overlapEnd, rotateBefore, type ClientPolicy } from './policy.js';
import { digestOf, isDigest } from './secret-digest.js';
import { hashSecret, verifySecret } from './secret-hash.js';

/** A client with its new secret, which is shown this once. */
export interface IssuedSecret {
  readonly client: ApiClient;
  readonly secret: ClientSecret;
}

/** Where a client's secret comes from. */
export interface AuthenticationOrigin {
  readonly mayCallFromHere: (client: ApiClient) => boolean;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

const SLOTS = [0, 1] as const;

/** The API clients of all tenants: who they are, their secrets, and how they come and go. */
export class ClientRegistry {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: ClientPolicy,
    private readonly now: () => Date = () => new Date(),
    private readonly verify: typeof verifySecret = verifySecret,
  ) {}

  /**
   * The client whose secret this is, calling from one of its addresses; null for everything else, and why is not told. A
   * refusal costs the same two comparisons and no write, whether the client exists or not, has one secret or two, is
   * revoked or not, and whether the right secret comes from a wrong address: its time tells nothing either. A secret
   * without a digest is another matter until it has proved itself once (docs/adr/0022).
   *
   * @throws PinwardError RATE_LIMITED when too many secrets without a digest wait to be compared
   */
  async authenticate(
    clientId: string,
    secret: string,
    { mayCallFromHere, signal }: AuthenticationOrigin,
  ): Promise<ApiClient | null> {
    // The form is public, so refusing for it gives nothing away.
    if (!ClientSecret.hasForm(secret)) return null;
    const found = await this.findStored(clientId);
    const digest = digestOf(secret);
    const right = SLOTS.map((slot) => isDigest(digest, found?.secrets[slot]?.digest));
    // From elsewhere nobody makes the service work.
    if (found === null || !mayCallFromHere(found.client)) return null;
    const usable = SLOTS.filter((slot) => this.isUsable(found, slot));
    if (usable.some((slot) => right[slot])) return found.client;
    return await this.authenticateByHash(found, usable, { secret, digest, signal });
  }

  /** Revoked ones included, with revokedAt. Of any tenant: the caller compares it with the token's. */
  async find(clientId: string): Promise<ApiClient | null> {
    return (await this.findStored(clientId))?.client ?? null;
  }

  /** @throws PinwardError REQUEST_INVALID, CLIENT_ID_IN_USE, or that the request id has been used */
  async create(context: RequestContext, asked: NewClient): Promise<IssuedSecret> {
    const client = checkNewClient(asked, this.policy);
    await this.refuseRepeat(context);
    const secret = ClientSecret.generate();
    const record = { context, client, ...(await kept(secret, context)), now: this.now() };
    await inTransaction(this.dataSource, (manager) => createClient(manager, record));
    return { client: await this.read(context.tenantId, client.clientId), secret };
  }

  async list(tenantId: string, filter: ClientFilter): Promise<Page<ApiClient>> {
    return await outsideTransaction(() => findClients(this.dataSource.manager, tenantId, filter));
  }

  /** @throws PinwardError CLIENT_NOT_FOUND also for another tenant's client: the two are indistinguishable */
  async read(tenantId: string, clientId: string): Promise<ApiClient> {
    const found = isClientId(clientId)
      ? await outsideTransaction(() => findClient(this.dataSource.manager, tenantId, clientId))
      : null;
    if (found === null) throw new PinwardError('CLIENT_NOT_FOUND');
    return found.client;
  }

  /** @throws PinwardError CLIENT_NOT_FOUND */
  async revoke(context: RequestContext, clientId: string): Promise<Answered<ClientView>> {
    if (!isClientId(clientId)) throw new PinwardError('CLIENT_NOT_FOUND');
    const request = { context, clientId, now: this.now() };
    return await inTransaction(this.dataSource, (manager) => revokeClient(manager, request));
  }

  /** @throws PinwardError CLIENT_NOT_FOUND also for a revoked client */
  async rotateSecret(context: RequestContext, clientId: string): Promise<IssuedSecret> {
    return await this.rotate(context, clientId, { onceAnOverlap: false });
  }

  /**
   * Once an overlap: another change would end the secret that replicas of the client still use.
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
    await this.refuseRepeat(context);
    await this.read(context.tenantId, clientId);
    const secret = ClientSecret.generate();
    const stored = await kept(secret, context);
    const now = this.now();
    const previousExpiresAt = overlapEnd(this.policy, now);
    const record = { context, clientId, ...stored, now, previousExpiresAt, onceAnOverlap };
    await inTransaction(this.dataSource, (manager) => rotateSecret(manager, record));
    return { client: await this.read(context.tenantId, clientId), secret };
  }

  /** The secrets that have come into their last days since somebody asked; each has its event in the outbox. */
  async markAgeingSecrets(): Promise<AgeingSecret[]> {
    return await inTransaction(this.dataSource, (manager) =>
      markAgeingSecrets(manager, this.policy, this.now()),
    );
  }

  /** Before the work of a hash; what counts is the look inside the transaction. */
  private async refuseRepeat(context: RequestContext): Promise<void> {
    refuseRepeat(await outsideTransaction(() => findClaim(this.dataSource.manager, context)));
  }

  /** As the version before kept secrets. Each is compared, none is left out; the right one gets its digest. */
  private async authenticateByHash(
    { client, secrets }: StoredClient,
    usable: readonly number[],
    { secret, digest, signal }: { secret: string; digest: Buffer; signal: AbortSignal | undefined },
  ): Promise<ApiClient | null> {
    const asker = { tenantId: client.tenantId, signal };
    let right: ClientSecretEntity | null = null;
    for (const slot of usable) {
      const stored = secrets[slot];
      if (stored === undefined || stored.digest !== null) continue;
      if (await this.verify(secret, stored.hash, asker)) right = stored;
    }
    if (right === null) return null;
    const { tenantId, clientId, secretNo } = right;
    const proved = { tenantId, clientId, secretNo, digest };
    await outsideTransaction(() => rememberDigest(this.dataSource.manager, proved));
    return client;
  }

  private async findStored(clientId: string): Promise<StoredClient | null> {
    // PostgreSQL refuses some texts, and an id of another form exists as little as an unknown one.
    const asked = isClientId(clientId) ? clientId : '';
    return await outsideTransaction(() => findAnywhere(this.dataSource.manager, asked));
  }

  private isUsable({ client, secrets }: StoredClient, slot: number): boolean {
    const now = this.now();
    const secret = secrets[slot];
    if (secret === undefined || client.revokedAt !== null) return false;
    if (secret.expiresAt !== null && secret.expiresAt <= now) return false;
    return !this.policy.refuseOldSecrets || rotateBefore(this.policy, secret.createdAt) > now;
  }
}

/** What is stored of a new secret. */
async function kept(
  secret: ClientSecret,
  { tenantId }: RequestContext,
): Promise<{ readonly hash: string; readonly digest: Buffer }> {
  const text = secret.reveal();
  return { hash: await hashSecret(text, { tenantId }), digest: digestOf(text) };
}
