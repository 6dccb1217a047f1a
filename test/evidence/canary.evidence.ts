import { generateKeyPairSync, hash } from 'node:crypto';
import type { ApiDocument } from '../../apps/pin-service/src/openapi/contract-types.js';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SCOPES } from '#libs/api-clients';
import { pinAccountFromPan } from '#libs/client/pin-block';
import { NeedleSet, type Needle } from '../rigs/memory-scan.js';
import { randomPan } from '../support/random-pan.js';
import { scaled } from '../support/scale.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { resolved } from '../contract/contract-files.js';
import { ServiceKit } from '../service/service-kit.js';
import { databaseDump, searchPieces, type Finding } from './boundary/places.js';
import { FORMS, randomCanaries, type Canary } from './canary/forms.js';
import { operationsOf, pushes, wholeAnswer, type Push } from './canary/push.js';

const AT_ONCE = 24;
/** Every how manieth push is made: all of them in full. */
const STRIDE = scaled({ ci: 7, full: 1 });
const UNLIMITED = '100000000';
const ENVIRONMENT = {
  LOG_LEVEL: 'debug',
  RATE_LIMIT_CLIENT_PER_MINUTE: UNLIMITED,
  RATE_LIMIT_ADDRESS_PER_MINUTE: UNLIMITED,
  RATE_LIMIT_CARD_PER_MINUTE: UNLIMITED,
  RATE_LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: UNLIMITED,
};
const LEAKING_SERVICE = fileURLToPath(new URL('canary/leaking-service.ts', import.meta.url));

let kit: ServiceKit;
let document: ApiDocument;
let canaries: readonly Canary[];
let tokens: readonly (string | undefined)[];

beforeAll(async () => {
  kit = await ServiceKit.open(ENVIRONMENT);
  const served = (await kit.service.request('GET', '/openapi.json', {})).body as ApiDocument;
  document = resolved(served, served) as ApiDocument;
  canaries = randomCanaries(await kit.issuedToken(['pin:validate']));
  const cardApp = SCOPES.filter((scope) => /^(card|pin|otp)/.test(scope));
  const operator = SCOPES.filter((scope) => !cardApp.includes(scope));
  tokens = [
    await kit.identity.tokenFor({ scopes: cardApp, lifetime: 3_600 }),
    await kit.identity.tokenFor({ scopes: operator, lifetime: 3_600, subject: 'operator' }),
    undefined,
  ];
});
afterAll(async () => await kit[Symbol.asyncDispose]());

function needles(): readonly Needle[] {
  const forms = canaries.flatMap(({ kind, value }) =>
    FORMS.map(([form, of]) => ({ name: `${kind}, ${form}`, bytes: Buffer.from(of(value)) })),
  );
  return [...forms, { name: 'control', bytes: Buffer.from('/v1/cards/:cardId') }];
}

function everyPush(): readonly Push[] {
  const operations = operationsOf(document);
  const all = canaries.flatMap((canary) =>
    FORMS.flatMap((form) => operations.flatMap((operation) => pushes(operation, canary, form))),
  );
  return all.filter((_, index) => index % STRIDE === 0);
}

async function send(service: ServiceProcess, all: readonly Push[]): Promise<string[]> {
  const answers: string[] = [];
  const waiting = all.entries();
  const worker = async () => {
    for (const [index, { method, path, headers, body }] of waiting) {
      const token = tokens[index % tokens.length];
      const answer = await service.request(method, path, {
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
        ...(body === undefined ? {} : { body }),
        ...(token === undefined ? {} : { token }),
      });
      expect([path, answer.status < 500]).toEqual([path, true]);
      answers.push(wholeAnswer(answer));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

it('no canary in twenty forms, pushed through every route, comes out in logs, answers, metrics or the database', async () => {
  const all = everyPush();
  const answers = await send(kit.service, all);
  expect(answers.length).toBe(all.length);
  expect(all.length).toBeGreaterThan(scaled({ ci: 2_000, full: 15_000 }));
  const metrics = (await kit.service.request('GET', '/metrics', {})).body as string;
  const set = new NeedleSet(needles());
  const searched = [
    { where: 'log', bytes: Buffer.from(kit.service.output) },
    { where: 'metrics', bytes: Buffer.from(metrics) },
    ...answers.map((answer) => ({ where: 'answer', bytes: Buffer.from(answer) })),
    ...(await databaseDump(kit.database.superuserUrl)),
  ];
  const findings = searched.flatMap((piece) => searchPieces([piece], set));
  const control = ({ needle }: Finding) => needle === 'control';
  expect(findings.filter((finding) => !control(finding))).toEqual([]);
  // Otherwise nothing was searched where something had been logged.
  const place = ({ where }: Finding) => (where.startsWith('public.audit_events') ? 'audit trail' : where);
  expect(new Set(findings.filter(control).map(place))).toEqual(
    new Set(['log', 'metrics', 'answer', 'audit trail']),
  );
});

it('a PAN that is stored, found, revealed and used for PINs is nowhere in any form, and no bare hash of it', async () => {
  const pan = randomPan();
  const card = await kit.register({ pan, expiry: '12/29', pinAccountSource: 'pan' });
  const account = { cardId: card.cardId, pinAccount: pinAccountFromPan(pan) };
  const path = `/v1/cards/${card.cardId}`;
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const answers = [
    await kit.post(`${path}/pin`, { encryptedPin: await kit.encrypt('482915', account) }),
    await kit.validate(account, '482915'),
    await kit.post('/v1/cards', { cardRef: 'order-17', pan, expiry: '12/29' }),
    await kit.post('/v1/cards', { cardRef: pan, pan }),
    await kit.service.request('GET', `/v1/admin/cards?last4=${pan.slice(-4)}`, { token: kit.operator }),
    await kit.post(`${path}/reveal`, {
      otp: await kit.otpFor(card, 'card-reveal'),
      recipientKey: publicKey.export({ format: 'jwk' }),
    }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 201, 400, 200, 200]);
  const hashes = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
    const digest = hash(algorithm, pan, 'buffer');
    return [digest, Buffer.from(digest.toString('hex')), Buffer.from(digest.toString('base64'))].map(
      (bytes): Needle => ({ name: algorithm, bytes }),
    );
  });
  const forms = FORMS.map(([name, of]): Needle => ({ name, bytes: Buffer.from(of(pan)) }));
  const control = { name: 'control', bytes: Buffer.from(`XXXX${pan.slice(-4)}`) };
  const set = new NeedleSet([...forms, ...hashes, control]);
  const metrics = (await kit.service.request('GET', '/metrics', {})).body as string;
  const searched = [
    { where: 'log', bytes: Buffer.from(kit.service.output) },
    { where: 'metrics', bytes: Buffer.from(metrics) },
    ...answers.map((answer) => ({ where: 'answer', bytes: Buffer.from(wholeAnswer(answer)) })),
    ...(await databaseDump(kit.database.superuserUrl)),
  ];
  const findings = searched.flatMap((piece) => searchPieces([piece], set));
  expect(findings.filter(({ needle }) => needle !== 'control')).toEqual([]);
  // The masked one is where it may be; otherwise nothing was searched.
  expect(findings.map(({ where }) => where)).toContain('answer');
  expect(findings.some(({ where }) => where !== 'answer')).toBe(true);
});

it('would be found if the service logged the path', async () => {
  await using service = await ServiceProcess.start({
    identity: kit.identity,
    databaseUrl: kit.database.serviceUrl,
    token: kit.token,
    environment: ENVIRONMENT,
    entry: LEAKING_SERVICE,
  });
  const [pan] = canaries;
  await service.request('GET', `/v1/cards/${pan?.value}`, {});
  const found = searchPieces(
    [{ where: 'log', bytes: Buffer.from(service.output) }],
    new NeedleSet(needles()),
  );
  expect(found.map(({ needle }) => needle)).toContain('PAN, plain');
});
