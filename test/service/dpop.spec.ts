import { createHmac, createPublicKey, randomUUID } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { calculateJwkThumbprint, decodeJwt, exportJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNING_ALGORITHMS } from '#libs/api-clients';
import { seconds, SigningKey, type ProofSigning } from '../clients/signing-keys.js';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const PATH = '/v1/pin-keys';

let kit: ServiceKit;
let key: SigningKey;
let other: SigningKey;
let credentials: Readonly<Record<string, string>>;
/** A token of the built-in issuer that is bound to the key. */
let token: string;
let nonce: string;
beforeAll(async () => {
  kit = await ServiceKit.open();
  [key, other] = [await SigningKey.make(), await SigningKey.make()];
  const { clientId, clientSecret } = await kit.newClient({ scopes: ['pin:set', 'cards:write'] });
  credentials = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  nonce = nonceIn(await askToken(await key.proof('POST', tokenUrl())));
  token = tokenIn(await askToken(await key.proof('POST', tokenUrl(), { nonce })));
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const tokenUrl = () => `${kit.service.baseUrl}/v1/oauth/token`;
const askToken = async (proof?: string) =>
  await kit.requestToken(credentials, proof === undefined ? {} : { dpop: proof });
const nonceIn = ({ headers }: ServiceResponse) => String(headers['dpop-nonce']);
const tokenIn = ({ body }: ServiceResponse) => (body as { access_token: string }).access_token;

/** A good proof of a call with the token, but for what is changed. */
const proofOf = async (signing: ProofSigning = {}, by = key, method = 'GET', path = PATH) =>
  await by.proof(method, `${kit.service.baseUrl}${path}`, { token, nonce, ...signing });
const call = async (proof: string | undefined, { by = token, scheme = 'DPoP', service = kit.service } = {}) =>
  await service.request('GET', PATH, {
    headers: { authorization: `${scheme} ${by}`, ...(proof === undefined ? {} : { dpop: proof }) },
  });
const CHALLENGE = 'DPoP error="invalid_dpop_proof", algs="PS256 ES256 EdDSA"';
const REFUSED = { status: 401, body: { code: 'DPOP_PROOF_INVALID' } };

describe('the token endpoint with a DPoP proof (RFC 9449)', () => {
  it('asks for a nonce first, and then binds the token to the key', async () => {
    const first = await askToken(await key.proof('POST', tokenUrl()));
    expect(first).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    const answer = await askToken(await key.proof('POST', tokenUrl(), { nonce: nonceIn(first) }));
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'DPoP', scope: 'cards:write pin:set' } });
    const jkt = await calculateJwkThumbprint(key.jwk);
    expect(decodeJwt(tokenIn(answer))).toMatchObject({ cnf: { jkt } });
  });

  it('gives a bearer token without one, as before', async () => {
    const answer = await askToken();
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    expect(answer.headers['dpop-nonce']).toBeUndefined();
  });

  it.each<[string, () => Promise<string>]>([
    ['for another path', () => key.proof('POST', `${kit.service.baseUrl}${PATH}`, { nonce })],
    ['for another host', () => key.proof('POST', 'https://server.example/v1/oauth/token', { nonce })],
    ['for another method', () => key.proof('GET', tokenUrl(), { nonce })],
    ['of another key than it names', () => key.proof('POST', tokenUrl(), { nonce, key: other.privateKey })],
    ['that is none', async () => 'x'],
    ['that is empty', async () => ''],
  ])('refuses a proof %s, and gives no bearer token instead', async (_, proof) => {
    expect(await askToken(await proof())).toMatchObject({
      status: 400,
      body: { error: 'invalid_dpop_proof' },
    });
  });

  it('takes each proof once', async () => {
    const proof = await key.proof('POST', tokenUrl(), { nonce });
    const answers = await Promise.all([askToken(proof), askToken(proof), askToken(proof)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400]);
  });
});

describe('a token that is bound to a key', () => {
  it.each(SIGNING_ALGORITHMS)('is accepted with a proof of that key, made with %s', async (alg) => {
    const own = await SigningKey.make(alg);
    const mine = tokenIn(await askToken(await own.proof('POST', tokenUrl(), { nonce })));
    const answer = await call(await proofOf({ token: mine }, own), { by: mine });
    expect(answer).toMatchObject({ status: 200, headers: { 'dpop-nonce': nonce } });
  });

  it('is worth nothing to a thief: as a bearer token, without a proof, or with another key’s', async () => {
    const thief = await proofOf({}, other);
    for (const answer of [
      await call(undefined, { scheme: 'Bearer' }),
      await call(await proofOf(), { scheme: 'Bearer' }),
      await call(undefined),
      await call(''),
      await call(thief),
    ]) {
      expect(answer).toMatchObject({ ...REFUSED, headers: { 'www-authenticate': CHALLENGE } });
    }
    expect(await call(await proofOf())).toMatchObject({ status: 200 });
  });

  it('asks for a nonce where there is none, or an old one; the same request is answered with it', async () => {
    const requestId = randomUUID();
    const cardRef = `ref-${requestId}`;
    const register = async (signing: ProofSigning) =>
      await kit.service.request('POST', '/v1/cards', {
        body: { cardRef },
        headers: {
          authorization: `DPoP ${token}`,
          dpop: await proofOf(signing, key, 'POST', '/v1/cards'),
          'x-request-id': requestId,
        },
      });
    const first = await register({ nonce: undefined });
    expect(first).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce", algs="PS256 ES256 EdDSA"' },
      body: { code: 'DPOP_NONCE_REQUIRED' },
    });
    const old = Buffer.from(nonce, 'base64url');
    old.writeUIntBE(old.readUIntBE(0, 6) - 2, 0, 6);
    expect(await register({ nonce: old.toString('base64url') })).toMatchObject({
      body: { code: 'DPOP_NONCE_REQUIRED' },
    });
    const done = await register({ nonce: nonceIn(first) });
    expect(done).toMatchObject({ status: 201, body: { cardRef } });
    // A repetition has a proof of its own, and is the same request.
    expect(await register({})).toMatchObject({
      status: 201,
      headers: { 'idempotent-replayed': 'true' },
      body: done.body,
    });
  });

  it('of an OpenID provider is bound in the same way', async () => {
    const jkt = await calculateJwkThumbprint(key.jwk);
    const claims = {
      client_id: 'app',
      tenant_id: 'default',
      sub: 'app',
      scope: 'pin:set',
      exp: seconds() + 600,
    };
    const theirs = await kit.identity.sign({ ...claims, cnf: { jkt } });
    expect(await call(await proofOf({ token: theirs }), { by: theirs })).toMatchObject({ status: 200 });
    expect(await call(undefined, { by: theirs, scheme: 'Bearer' })).toMatchObject(REFUSED);
    expect(await call(await proofOf({ token: theirs }, other), { by: theirs })).toMatchObject(REFUSED);
    // A binding that is not understood is none that may be passed over.
    const strange = await kit.identity.sign({ ...claims, cnf: { kid: 'x' } });
    expect(await call(undefined, { by: strange, scheme: 'Bearer' })).toMatchObject({
      body: { code: 'TOKEN_INVALID' },
    });
  });

  it('is told apart from one that is not: that has no use for a proof', async () => {
    const bearer = tokenIn(await askToken());
    expect(await call(await proofOf({ token: bearer }), { by: bearer })).toMatchObject(REFUSED);
    expect(await call(undefined, { by: bearer, scheme: 'Bearer' })).toMatchObject({ status: 200 });
    expect(await call(undefined, { scheme: 'Basic' })).toMatchObject({
      status: 401,
      body: { code: 'TOKEN_INVALID' },
    });
  });
});

const hmacOver = async (secret: string | Buffer) => {
  const [header = '', payload = ''] = (await proofOf()).split('.');
  const changed = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), alg: 'HS256' };
  const text = `${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${payload}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
const spki = () =>
  createPublicKey({ key: { ...key.jwk }, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });

const FORGED: readonly [string, () => Promise<string>][] = [
  ['another method', () => proofOf({ claims: { htm: 'POST' } })],
  ['no method', () => proofOf({ claims: { htm: undefined } })],
  ['another path', () => proofOf({ claims: { htu: `${kit.service.baseUrl}/v1/cards` } })],
  ['another host', () => proofOf({ claims: { htu: `https://evil.test${PATH}` } })],
  ['another scheme', () => proofOf({ claims: { htu: kit.service.baseUrl.replace('https', 'http') + PATH } })],
  ['a query', () => proofOf({ claims: { htu: `${kit.service.baseUrl}${PATH}?a=b` } })],
  ['no target', () => proofOf({ claims: { htu: undefined } })],
  ['a target that is no URL', () => proofOf({ claims: { htu: PATH } })],
  ['no date', () => proofOf({ claims: { iat: undefined } })],
  ['a date as text', () => proofOf({ claims: { iat: String(seconds()) } })],
  ['an old date', () => proofOf({ claims: { iat: seconds() - 70 } })],
  ['a date ahead', () => proofOf({ claims: { iat: seconds() + 30 } })],
  ['a date beyond all time', () => proofOf({ claims: { iat: 1e300 } })],
  ['no jti', () => proofOf({ claims: { jti: undefined } })],
  ['an empty jti', () => proofOf({ claims: { jti: '' } })],
  ['a jti without end', () => proofOf({ claims: { jti: 'x'.repeat(257) } })],
  ['no ath', () => proofOf({ claims: { ath: undefined } })],
  ['the ath of another token', () => proofOf({ token: 'other' })],
  ['another type', () => proofOf({ header: { typ: 'JWT' } })],
  ['the type of an access token', () => proofOf({ header: { typ: 'at+jwt' } })],
  ['no type', () => proofOf({ header: { typ: undefined } })],
  ['no key', () => proofOf({ header: { jwk: undefined } })],
  ['a private key', async () => proofOf({ header: { jwk: await exportJWK(key.privateKey) } })],
  ['a key with a private member', () => proofOf({ header: { jwk: { ...key.jwk, d: 'AAAA' } } })],
  ['a symmetric key', () => proofOf({ header: { jwk: { kty: 'oct', k: 'AAAA' } } })],
  ['a key that is off its curve', () => proofOf({ header: { jwk: { ...key.jwk, x: 'A'.repeat(43) } } })],
  ['another key than has signed', () => proofOf({ header: { jwk: other.jwk } })],
  ['the right key, and a signature of another', () => proofOf({ key: other.privateKey })],
  ['a kid for a key', () => proofOf({ header: { jwk: undefined, kid: key.kid } })],
  ['HS256 keyed with the public key', () => hmacOver(spki())],
  ['HS256 keyed with nothing', () => hmacOver('')],
  ['alg none', async () => (await proofOf()).split('.').slice(0, 2).join('.') + '.'],
  ['a critical extension', () => proofOf({ header: { crit: ['urn:pinward:test'], 'urn:pinward:test': 1 } })],
  ['a nonce that is no text', () => proofOf({ claims: { nonce: 7 } })],
  ['two proofs in one header', async () => `${await proofOf()}, ${await proofOf()}`],
  ['more than can be one', () => proofOf({ claims: { filler: 'x'.repeat(4_000) } })],
  ['the access token itself', async () => token],
];

describe('forged proofs', () => {
  it.each(FORGED)('%s', async (_, forge) => {
    expect(await call(await forge())).toMatchObject({
      ...REFUSED,
      headers: { 'www-authenticate': CHALLENGE },
    });
  });

  it('a good one beside another: of two none is the one', async () => {
    const url = new URL(PATH, kit.service.baseUrl);
    const dpop = [await proofOf(), await proofOf()];
    const headers = { authorization: `DPoP ${token}`, dpop };
    const status = await new Promise((resolve, reject) => {
      const sent = httpsRequest(url, { ca: kit.identity.certificate, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.once('error', reject).end();
    });
    expect(status).toBe(401);
  });

  it('leave nothing behind: a good proof of the same jti is accepted after them', async () => {
    const claims = { jti: 'seen-in-a-forgery' };
    await call(await proofOf({ claims, key: other.privateKey }));
    expect(await call(await proofOf({ claims }))).toMatchObject({ status: 200 });
  });
});

describe('a proof counts once', () => {
  it('whoever shows it again, and however many at once, at two replicas', async () => {
    await using second = await ServiceProcess.start({ ...kit, databaseUrl: kit.database.serviceUrl });
    for (let round = 0; round < 5; round += 1) {
      const urls = [kit.service, second].map(({ baseUrl }) => baseUrl + PATH);
      // Both are called by the name that the proof was made for, as behind one load balancer.
      const proof = await proofOf();
      const host = new URL(urls[0] ?? '').host;
      const answers = await Promise.all(
        [kit.service, second, kit.service, second].map((replica) =>
          replica.request('GET', PATH, { headers: { authorization: `DPoP ${token}`, dpop: proof, host } }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
      expect(await call(proof)).toMatchObject(REFUSED);
    }
  });

  it('also where the database cannot be asked: then it does not count at all', async () => {
    const owner = await kit.openOwner();
    await owner.query('ALTER TABLE spent_proofs RENAME TO spent_proofs_away');
    try {
      expect((await call(await proofOf())).status).toBeGreaterThanOrEqual(500);
    } finally {
      await owner.query('ALTER TABLE spent_proofs_away RENAME TO spent_proofs');
    }
    expect(await call(await proofOf())).toMatchObject({ status: 200 });
  });

  it('is spent after the limits, and is forgotten when it is too old', async () => {
    const owner = await kit.openOwner();
    const count = async () => {
      const [row] = await owner.query<{ count: number }[]>('SELECT count(*)::int FROM spent_proofs');
      return row?.count ?? -1;
    };
    const { clientId, clientSecret } = await kit.newClient({ scopes: ['pin:set'], requestsPerMinute: 1 });
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const headers = { dpop: await key.proof('POST', tokenUrl(), { nonce }) };
    const slow = tokenIn(await kit.requestToken(form, headers));
    expect(await call(await proofOf({ token: slow }), { by: slow })).toMatchObject({ status: 200 });
    const before = await count();
    expect(await call(await proofOf({ token: slow }), { by: slow })).toMatchObject({ status: 429 });
    expect(await count()).toBe(before);
    const [row] = await owner.query<{ seconds: number }[]>(
      'SELECT extract(epoch FROM max(expires_at) - clock_timestamp())::float8 AS seconds FROM spent_proofs',
    );
    // A minute, the tolerance of the clock, and a minute for clocks of other replicas.
    expect(row?.seconds).toBeGreaterThan(60);
    expect(row?.seconds).toBeLessThan(140);
  });
});

describe('behind a proxy', () => {
  it('the target is one of PUBLIC_URLS, whatever the Host header says', async () => {
    await using behind = await ServiceProcess.start({
      ...kit,
      databaseUrl: kit.database.serviceUrl,
      environment: { PUBLIC_URLS: 'https://pins.example/api, https://pins.example:8443' },
    });
    const at = async (htu: string) => await call(await proofOf({ claims: { htu } }), { service: behind });
    for (const base of ['https://pins.example/api', 'https://pins.example:8443'])
      expect(await at(base + PATH)).toMatchObject({ status: 200 });
    for (const base of [behind.baseUrl, 'https://pins.example', 'https://pins.example:8443/api'])
      expect(await at(base + PATH)).toMatchObject(REFUSED);
  });
});
