import { randomBytes, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import {
  currentPinKey,
  encryptPinFor,
  type EncryptedPin,
  type PinKeySet,
  type PublishedPinKey,
} from '#libs/client';
import {
  ClientKeyRegistry,
  ClientRegistry,
  PersonRegistry,
  type NewClient,
  type NewKeys,
} from '#libs/api-clients';
import type { RegisteredKey } from '#libs/hsm';
import { registerKeys } from '#libs/keys';
import { EventCheck } from '../contract/event-check.js';
import { deliveredCode } from '../../scripts/service/delivered-code.js';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { ServiceProcess, TestIdentity, type ServiceResponse } from '../rigs/service-process.js';
import { makeTestToken, type TestToken } from '../rigs/token.js';

/** Known by its kid alone, as after its grace period. */
const RETIRED_KEY: RegisteredKey = {
  kind: 'pin-transport',
  generation: 7,
  state: 'retired',
  fingerprint: Buffer.alloc(32),
  expiresAt: null,
};

const CARD_APP = [
  'cards:read',
  'cards:write',
  'cards:reveal',
  'pin:set',
  'pin:validate',
  'pin:change',
  'pin:reset',
  'otp:issue',
];
const OPERATOR = ['ops:read', 'ops:unlock'];

const CLIENT_POLICY = {
  secretOverlapHours: 24,
  secretMaxAgeDays: 90,
  refuseOldSecrets: false,
  allowAnyAddress: true,
};

function asTest(tenantId: string) {
  return {
    tenantId,
    clientId: 'test',
    subject: 'test',
    sourceAddress: '127.0.0.1',
    requestId: randomUUID(),
    claim: { key: randomBytes(32), fingerprint: null },
  };
}

export interface KnownCard {
  readonly cardId: string;
  readonly pinAccount: string;
}

/** The compiled service on a real token and a real database, and what a card app and an operator do with it. */
export class ServiceKit implements AsyncDisposable {
  private constructor(
    readonly token: TestToken,
    readonly database: TestDatabase,
    readonly identity: TestIdentity,
    readonly service: ServiceProcess,
    readonly cardApp: string,
    readonly operator: string,
    readonly key: PublishedPinKey,
  ) {}

  /** @param environment with another OIDC_ISSUER, card app and operator have tokens of the service itself */
  static async open(environment: Readonly<Record<string, string | undefined>> = {}): Promise<ServiceKit> {
    const token = await makeTestToken();
    const database = await createTestDatabase();
    const owner = await database.open({ url: database.ownerUrl, poolSize: 2 });
    await registerKeys(owner, [...token.registeredKeys, RETIRED_KEY]);
    await owner.query("INSERT INTO tenants (tenant_id) VALUES ('other'), ('elsewhere')");
    const identity = await TestIdentity.make();
    const service = await ServiceProcess.start({
      identity,
      databaseUrl: database.serviceUrl,
      token,
      environment,
    });
    try {
      const tokenOf = async (scopes: readonly string[], clientId: string, person?: string) =>
        environment['OIDC_ISSUER'] === undefined
          ? await identity.tokenFor({ scopes, clientId })
          : await issuedToken({ database, service }, { scopes, clientId, person });
      const cardApp = await tokenOf(CARD_APP, 'card-app');
      const operator = await tokenOf(OPERATOR, 'operator-1', 'Olga Operator');
      const keys = await service.request('GET', '/v1/pin-keys', { token: cardApp });
      const key = currentPinKey(keys.body as PinKeySet);
      return new ServiceKit(token, database, identity, service, cardApp, operator, key);
    } catch (failure) {
      await service[Symbol.asyncDispose]();
      throw failure;
    }
  }

  async openOwner(): Promise<DataSource> {
    return await this.database.open({ url: this.database.ownerUrl, poolSize: 2 });
  }

  /** A client that the service itself knows, with the secret that was made for it. */
  async newClient(
    asked: Partial<NewClient> & { readonly tenantId?: string } = {},
  ): Promise<{ clientId: string; clientSecret: string }> {
    const clientId = asked.clientId ?? `client-${randomUUID()}`;
    const { tenantId = 'default', ...rest } = asked;
    return await createClient(await this.openOwner(), tenantId, {
      scopes: ['pin:validate'],
      ...rest,
      clientId,
    });
  }

  /** A client that proves itself with these keys or certificates. @returns its id */
  async newKeyClient(
    keys: NewKeys,
    asked: Partial<NewClient> & { readonly tenantId?: string } = {},
  ): Promise<string> {
    const clientId = asked.clientId ?? `client-${randomUUID()}`;
    const { tenantId = 'default', ...rest } = asked;
    const registry = new ClientKeyRegistry(await this.openOwner(), CLIENT_POLICY, () => null);
    if (rest.person) await this.knownPerson(rest.person, tenantId);
    await registry.create(asTest(tenantId), { scopes: ['pin:validate'], ...rest, clientId }, keys);
    return clientId;
  }

  /** Registered on the first occasion. */
  async knownPerson(name: string, tenantId = 'default'): Promise<void> {
    await knownPerson(await this.openOwner(), name, tenantId);
  }

  async requestToken(form: Readonly<Record<string, string>>, headers = {}): Promise<ServiceResponse> {
    return await this.service.request('POST', '/v1/oauth/token', {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  }

  /** An access token of the built-in issuer, signed inside the token. */
  async issuedToken(scopes: readonly string[]): Promise<string> {
    return await issuedToken(this, { scopes, clientId: `client-${randomUUID()}` });
  }

  async post(path: string, body: unknown, options: PostOptions = {}): Promise<ServiceResponse> {
    const { token = this.cardApp, requestId = randomUUID(), headers = {} } = options;
    return await this.service.request('POST', path, {
      token,
      body,
      headers: { 'x-request-id': requestId, ...headers },
    });
  }

  async encrypt(pin: string, card: KnownCard): Promise<EncryptedPin> {
    return await encryptPinFor({ pin, ...card, key: this.key });
  }

  /** A one-time password with its code, as the cardholder got it. */
  async otpFor(
    { cardId }: Pick<KnownCard, 'cardId'>,
    purpose: string,
  ): Promise<{ otpId: string; code: string }> {
    const issued = await this.post(`/v1/cards/${cardId}/otp`, { purpose });
    if (issued.status !== 202) throw new Error(`no one-time password was issued: ${issued.status}`);
    const { otpId } = issued.body as { otpId: string };
    return { otpId, code: await deliveredCode(this.identity.outboxFile, otpId) };
  }

  async register(data: Readonly<Record<string, string>> = {}): Promise<KnownCard> {
    const { body } = await this.post('/v1/cards', { cardRef: `ref-${randomUUID()}`, ...data });
    return body as KnownCard;
  }

  async cardWithPin(pin: string): Promise<KnownCard> {
    const card = await this.register();
    const { status } = await this.post(`/v1/cards/${card.cardId}/pin`, {
      encryptedPin: await this.encrypt(pin, card),
    });
    if (status !== 201) throw new Error(`the PIN was not set: ${status}`);
    return card;
  }

  async validate(card: KnownCard, pin: string, options: PostOptions = {}): Promise<ServiceResponse> {
    const body = { encryptedPin: await this.encrypt(pin, card) };
    return await this.post(`/v1/cards/${card.cardId}/pin/validate`, body, options);
  }

  /** Tries left, as the service tells a reader. */
  async triesRemaining({ cardId }: KnownCard): Promise<number> {
    const { body } = await this.service.request('GET', `/v1/cards/${cardId}`, { token: this.cardApp });
    return (body as { triesRemaining: number }).triesRemaining;
  }

  /** @throws Error for an event that was written and is none of the contract */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
    try {
      await EventCheck.shared.expectPromised(await this.openOwner());
    } finally {
      await this.database[Symbol.asyncDispose]();
      await this.token.remove();
      this.identity[Symbol.dispose]();
    }
  }
}

async function knownPerson(owner: DataSource, name: string, tenantId: string): Promise<void> {
  const persons = new PersonRegistry(owner);
  if ((await persons.list(tenantId)).some((person) => person.name === name)) return;
  await persons.register(asTest(tenantId), name);
}

async function createClient(owner: DataSource, tenantId: string, client: NewClient) {
  if (client.person) await knownPerson(owner, client.person, tenantId);
  const { secret } = await new ClientRegistry(owner, CLIENT_POLICY).create(asTest(tenantId), client);
  return { clientId: client.clientId, clientSecret: secret.reveal() };
}

async function issuedToken(
  { database, service }: Pick<ServiceKit, 'database' | 'service'>,
  client: NewClient,
): Promise<string> {
  const owner = await database.open({ url: database.ownerUrl, poolSize: 2 });
  const { clientId, clientSecret } = await createClient(owner, 'default', client);
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const { body } = await service.request('POST', '/v1/oauth/token', {
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  return (body as { access_token: string }).access_token;
}

export interface PostOptions {
  readonly token?: string;
  readonly requestId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
