import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify, decodeJwt, decodeProtectedHeader, exportPKCS8, importJWK, type JWK } from 'jose';
import { generate } from 'selfsigned';
import { Agent, fetch } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CARD_APP_SCOPES, SIGNING_ALGORITHMS } from '#libs/api-clients';
import {
  PinwardClient,
  PinwardError,
  SigningKeyError,
  type ClientOptions,
  type DpopKeyPair,
  type Credentials,
} from '#libs/client/backend';
import { SigningKey } from '../clients/signing-keys.js';
import { BUILT_IN_ISSUER } from '../rigs/test-identity.js';
import { ServiceKit } from '../service/service-kit.js';
import { answers, FaultServer } from './fault-server.js';
import { LIMITS, StillTime } from './still-time.js';

const { json, problem, cut } = answers;
const CARD = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

describe('a backend with the real service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinward-proofs-'));
  let kit: ServiceKit;
  let pem: { readonly cert: string; readonly key: string };
  let dispatcher: Agent;
  beforeAll(async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'card-backend' }]);
    pem = { cert, key };
    const authorities = join(folder, 'authorities.pem');
    writeFileSync(authorities, cert);
    kit = await ServiceKit.open({ TLS_CLIENT_CA_FILE: authorities, TLS_CLIENT_CERTIFICATES: 'optional' });
    dispatcher = new Agent({ connect: { ca: kit.identity.certificate } });
  });
  afterAll(async () => {
    await dispatcher.close();
    await kit[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const backend = (credentials: Credentials, options: Partial<ClientOptions> = {}) =>
    new PinwardClient({ baseUrl: kit.service.baseUrl, credentials, fetch, dispatcher, ...options });
  const newClient = async (key: SigningKey) =>
    await kit.newKeyClient({ jwks: key.set }, { scopes: CARD_APP_SCOPES });
  /** A call with a body, a query and a repetition. */
  const works = async (client: PinwardClient): Promise<boolean> => {
    const { cardRef, cardId } = await client.registerCard({ cardRef: `ref-${crypto.randomUUID()}` });
    const found = await client.findCard({ cardRef });
    return found.cardId === cardId && (await client.pinKeys()).keys.length > 0;
  };

  it.each(SIGNING_ALGORITHMS)(
    'proves itself with a key for %s: of WebCrypto, as a JWK, in PEM',
    async (alg) => {
      const key = await SigningKey.make(alg);
      const clientId = await newClient(key);
      const { kid } = key;
      for (const privateKey of [
        key.privateKey,
        (await key.exported()).privateKey,
        await exportPKCS8(key.privateKey),
      ])
        expect(await works(backend({ clientId, privateKey, kid }))).toBe(true);
    },
  );

  it('picks up the key that is current, and names tenant and issuer where it is told them', async () => {
    const [first, second] = [await SigningKey.make(), await SigningKey.make('EdDSA')];
    const clientId = await newClient(first);
    let current = first;
    const currentKey = () => ({ privateKey: current.privateKey, kid: current.kid });
    const client = backend({ clientId, currentKey, tenantId: 'default', issuer: BUILT_IN_ISSUER });
    expect(await works(client)).toBe(true);
    await client.rotateOwnKeys({ jwks: second.set });
    const owner = await kit.openOwner();
    await owner.query('UPDATE client_keys SET expires_at = now() WHERE client_id = $1 AND key_no = 1', [
      clientId,
    ]);
    current = second;
    expect(await works(backend({ clientId, currentKey }))).toBe(true);
    await expect(backend({ clientId, currentKey, tenantId: 'other' }).pinKeys()).rejects.toMatchObject({
      code: 'NO_ACCESS_TOKEN',
      cause: { code: 'invalid_client' },
    });
    await expect(
      backend({ clientId, currentKey, issuer: 'https://wrong.test' }).pinKeys(),
    ).rejects.toMatchObject({
      cause: { code: 'invalid_client', description: expect.stringMatching(/^aud /) },
    });
  });

  it('binds its tokens to a key of its own, with a secret as well as with keys', async () => {
    const key = await SigningKey.make('PS256');
    const clientId = await newClient(key);
    const secret = await kit.newClient({ scopes: CARD_APP_SCOPES });
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as DpopKeyPair;
    for (const dpop of [true, pair] as const)
      for (const credentials of [secret, { clientId, privateKey: key.privateKey, kid: key.kid }])
        expect(await works(backend(credentials, { dpop }))).toBe(true);
    const owner = await kit.openOwner();
    const lines = await owner.query<{ details: string }[]>(
      "SELECT details FROM audit_events WHERE action = 'token.issue' AND client_id IN ($1, $2)",
      [clientId, secret.clientId],
    );
    expect(lines.map(({ details }) => (JSON.parse(details) as { type: string }).type)).toEqual(
      Array.from({ length: 4 }, () => 'DPoP'),
    );
  });

  it('shows tokens of a provider with proofs of the key that they are bound to', async () => {
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as DpopKeyPair;
    const { kty = '', crv = '', x = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    // RFC 7638, section 3: these members, in this order.
    const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
    const claims = { client_id: 'app', sub: 'app', tenant_id: 'default', scope: CARD_APP_SCOPES.join(' ') };
    const exp = Math.floor(Date.now() / 1_000) + 600;
    const token = await kit.identity.sign({ ...claims, exp, cnf: { jkt } });
    expect(await works(backend({ accessToken: () => token }, { dpop: pair }))).toBe(true);
    await expect(backend({ accessToken: () => token }).pinKeys()).rejects.toMatchObject({
      code: 'DPOP_PROOF_INVALID',
    });
  });

  it('proves itself with the certificate of its connection', async () => {
    const clientId = await kit.newKeyClient({ certificates: [pem.cert] }, { scopes: CARD_APP_SCOPES });
    const own = new Agent({ connect: { ca: kit.identity.certificate, ...pem } });
    const certificate = true;
    try {
      expect(await works(backend({ clientId, certificate }, { dispatcher: own }))).toBe(true);
      expect(await works(backend({ clientId, certificate }, { dispatcher: own, dpop: true }))).toBe(true);
      const { keys } = await backend({ clientId, certificate }, { dispatcher: own }).rotateOwnKeys({
        certificates: [pem.cert],
      });
      const thumbprint = createHash('sha256').update(new X509Certificate(pem.cert).raw).digest('base64url');
      expect(keys[0]).toMatchObject({ method: 'tls_client_auth', thumbprints: [thumbprint] });
      await expect(backend({ clientId, certificate }).pinKeys()).rejects.toMatchObject({
        cause: { code: 'invalid_client' },
      });
    } finally {
      await own.close();
    }
  });
});

describe('a backend with keys', () => {
  let server: FaultServer;
  let key: SigningKey;
  beforeAll(async () => {
    server = await FaultServer.open();
    key = await SigningKey.make();
  });
  afterAll(async () => await server[Symbol.asyncDispose]());
  let client: PinwardClient;
  beforeEach(() => {
    const credentials = {
      clientId: 'card-app',
      privateKey: key.privateKey,
      kid: key.kid,
      issuer: 'https://pins.test',
    };
    client = clientWith(credentials, { dpop: true });
  });
  afterEach(() => server.will());

  const clientWith = (credentials: Credentials, options: Partial<ClientOptions> = {}) =>
    new PinwardClient({
      baseUrl: server.baseUrl,
      credentials,
      timing: new StillTime(),
      ...LIMITS,
      ...options,
    });
  const bound = (nonce?: string) =>
    json(
      200,
      { access_token: 'bound', token_type: 'DPoP', expires_in: 900 },
      nonce === undefined ? {} : { 'dpop-nonce': nonce },
    );
  const asksFor = (nonce: string) =>
    json(
      401,
      { type: '/', title: 'T', status: 401, detail: 'D', code: 'DPOP_NONCE_REQUIRED' },
      { 'dpop-nonce': nonce },
    );
  const CLOSED = json(200, { cardId: CARD, pinStatus: 'active' });
  const proofsIn = (received: readonly { headers: NodeJS.Dict<string | string[]> }[]) =>
    received.map(({ headers }) => String(headers['dpop']));

  it('signs what the service asks for, and each time anew', async () => {
    server.will(CLOSED, CLOSED);
    server.willToToken(json(400, { error: 'use_dpop_nonce' }, { 'dpop-nonce': 'n1' }), bound('n2'));
    await client.readCard({ cardId: CARD });
    await client.readCard({ cardId: CARD });
    const forms = server.tokenRequests.map(({ body }) => new URLSearchParams(body));
    const assertions = forms.map((form) => form.get('client_assertion') ?? '');
    const publicKey = await importJWK({ ...key.jwk, alg: 'ES256' });
    for (const assertion of assertions) {
      await compactVerify(assertion, publicKey);
      expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'ES256', kid: key.kid });
      const { exp = 0, ...claims } = decodeJwt(assertion);
      expect(claims).toEqual({
        iss: 'card-app',
        sub: 'card-app',
        aud: 'https://pins.test',
        jti: expect.any(String),
      });
      expect(exp - Date.now() / 1_000).toBeGreaterThan(50);
    }
    expect(new Set(assertions.map((assertion) => decodeJwt(assertion).jti)).size).toBe(2);
    const tokenProofs = proofsIn(server.tokenRequests).map((proof) => decodeJwt(proof));
    expect(tokenProofs).toMatchObject([
      { htm: 'POST', htu: `${server.baseUrl}/v1/oauth/token` },
      { nonce: 'n1' },
    ]);
    expect(tokenProofs[0]).not.toHaveProperty('nonce');
    const proofs = proofsIn(server.received);
    const ath = createHash('sha256').update('bound').digest('base64url');
    const htu = `${server.baseUrl}/v1/cards/${CARD}`;
    for (const proof of proofs) {
      expect(decodeJwt(proof)).toMatchObject({ htm: 'GET', htu, ath, nonce: 'n2' });
      const { typ, jwk } = decodeProtectedHeader(proof);
      expect([typ, Object.keys(jwk ?? {}).toSorted()]).toEqual(['dpop+jwt', ['crv', 'kty', 'x', 'y']]);
      await compactVerify(proof, await importJWK({ ...(jwk as JWK), alg: 'ES256' }));
    }
    expect(new Set(proofs.map((proof) => decodeJwt(proof).jti)).size).toBe(2);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['DPoP bound', 'DPoP bound']);
  });

  it('sends the same request again with the nonce, under the same id', async () => {
    server.will(asksFor('fresh'), json(200, { cardId: CARD, status: 'closed' }), CLOSED);
    server.willToToken(bound());
    await client.closeCard({ cardId: CARD });
    const [first, second] = server.received;
    expect(second).toMatchObject({ url: first?.url, body: first?.body });
    expect(second?.headers['x-request-id']).toBe(first?.headers['x-request-id']);
    const [before, after] = proofsIn(server.received).map((proof) => decodeJwt(proof));
    expect([before?.['nonce'], after?.['nonce']]).toEqual([undefined, 'fresh']);
    await client.readCard({ cardId: CARD });
    expect(decodeJwt(proofsIn(server.received)[2] ?? '')).toMatchObject({ nonce: 'fresh' });
    expect(server.tokenRequests).toHaveLength(1);
  });

  it('asks a service without end for no nonce, and tells what it was told', async () => {
    server.will(...Array.from({ length: 8 }, (_, index) => asksFor(`n${index}`)));
    server.willToToken(bound());
    await expect(client.readCard({ cardId: CARD })).rejects.toMatchObject({
      code: 'DPOP_NONCE_REQUIRED',
      status: 401,
    });
    expect(server.received).toHaveLength(2);
  });

  it('makes a proof for each attempt, also after a cut connection', async () => {
    server.will(cut, problem(503, 'HSM_UNAVAILABLE', 1), CLOSED);
    server.willToToken(bound());
    await client.readCard({ cardId: CARD });
    expect(new Set(proofsIn(server.received)).size).toBe(3);
  });

  it('shows a token as it was issued: a service without DPoP gives bearer tokens', async () => {
    server.will(CLOSED);
    await client.readCard({ cardId: CARD });
    expect(server.received[0]?.headers).toMatchObject({ authorization: 'Bearer token-1' });
    expect(server.received[0]?.headers).not.toHaveProperty('dpop');
  });

  it('asks the service for its issuer once, and again after a failure', async () => {
    const { privateKey, kid } = key;
    const asking = clientWith({ clientId: 'card-app', privateKey, kid });
    server.will(json(500, {}), json(200, { issuer: 'https://learned.test' }), CLOSED);
    await expect(asking.readCard({ cardId: CARD }, { timeoutMs: 1 })).rejects.toBeInstanceOf(PinwardError);
    await asking.readCard({ cardId: CARD });
    const form = new URLSearchParams(server.tokenRequests[0]?.body);
    expect(decodeJwt(form.get('client_assertion') ?? '')).toMatchObject({ aud: 'https://learned.test' });
  });

  it.each<[string, () => Promise<string | object> | string | object]>([
    ['a public key', async () => ({ ...key.jwk })],
    ['PEM of something else', () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ['PEM without a key', () => '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
    ['no PEM', () => 'a-secret'],
    ['a shared key', () => ({ kty: 'oct', k: 'AAAA', d: 'x' })],
    ['RSA for PKCS #1', async () => (await rsaPkcs1()).privateKey],
  ])('is not taken for one with %s, and says nothing of it', async (_, given) => {
    const privateKey = (await given()) as never;
    const unfit = clientWith({ clientId: 'card-app', privateKey, kid: 'x', issuer: 'https://pins.test' });
    const fault: unknown = await unfit.readCard({ cardId: CARD }).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ code: 'NO_ACCESS_TOKEN', cause: { code: 'SIGNING_KEY_UNFIT' } });
    expect((fault as PinwardError).cause).toBeInstanceOf(SigningKeyError);
    expect(JSON.stringify(fault)).not.toContain('AAAA');
    expect(server.tokenRequests).toEqual([]);
  });
});

async function rsaPkcs1() {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2_048,
    publicExponent: Uint8Array.of(1, 0, 1),
  };
  return await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
}
