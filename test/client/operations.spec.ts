import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allItems,
  BACKEND_OPERATIONS,
  PROBLEM_CODES,
  type OtpPurpose,
  type PinwardClient,
} from '#libs/client/backend';
import { OPERATOR_OPERATIONS, type PinwardOperations } from '#libs/client/operators';
import { CARD_APP_SCOPES } from '#libs/api-clients';
import { ERROR_CODES } from '#libs/errors';
import { deliveredCode } from '../../scripts/service/delivered-code.js';
import { SigningKey } from '../clients/signing-keys.js';
import { randomPin } from '../support/random-pin.js';
import type { KnownCard } from '../service/service-kit.js';
import { BackendKit } from './backend-kit.js';
import { PagePrograms } from './page-program.js';
// Types alone, compared by the compiler.
import './contract-types.js';

const REASON = 'Cardholder identified at the branch';

let kit: BackendKit;
let backend: PinwardClient;
let ada: PinwardOperations;
let grace: PinwardOperations;
beforeAll(async () => {
  kit = await BackendKit.open();
  [backend, ada, grace] = [
    await kit.backend(),
    await kit.operator('Ada Lovelace'),
    await kit.operator('Grace Hopper'),
  ];
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** Calls that are no backend's: what asks for tokens, what watches the service, files and pages for people. */
const OF_OTHERS = /^(Tokens|Health|Metrics|ApiDocument|ApiPages)_|^AdminAudit_export$/;

interface Documented {
  readonly operationId?: string;
  readonly responses: object;
}

async function documented(listener: string): Promise<Map<string, readonly number[]>> {
  const { body } = await kit.kit.service.request('GET', `${listener}/openapi.json`);
  const { paths } = body as { readonly paths: object };
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Documented>>)
      .filter(([, { operationId = '' }]) => !OF_OTHERS.test(operationId))
      .map(([method, { responses }]) => [`${method.toUpperCase()} ${path}`, goodOnes(responses)] as const),
  );
  return new Map(all);
}

const goodOnes = (responses: object) =>
  Object.keys(responses)
    .filter((status) => /^2\d\d$/.test(status))
    .map(Number);

function methodsOf(table: Readonly<Record<string, { readonly route: string; readonly answers: object }>>) {
  return new Map(Object.values(table).map(({ route, answers }) => [route, goodOnes(answers)] as const));
}

describe('the contract', () => {
  it('of operators has a method for each call, with the same good answers', async () => {
    const calls = await documented(kit.kit.service.urlOf('operators'));
    expect(calls.size).toBeGreaterThan(30);
    expect(new Map([...methodsOf(OPERATOR_OPERATIONS)].toSorted())).toEqual(new Map([...calls].toSorted()));
  });

  it('of card apps too; a backend has those of webhook endpoints besides', async () => {
    const calls = await documented(kit.kit.service.baseUrl);
    const methods = [...methodsOf(BACKEND_OPERATIONS)];
    const ofCardApps = methods.filter(([route]) => !route.includes('/v1/webhook-endpoints'));
    expect(new Map(ofCardApps.toSorted())).toEqual(new Map([...calls].toSorted()));
    expect(methods.length).toBeGreaterThan(ofCardApps.length);
  });

  it('has the codes that errors can have', () => {
    expect([...PROBLEM_CODES].toSorted()).toEqual([...ERROR_CODES].toSorted());
  });
});

async function registered(data = {}): Promise<KnownCard & { readonly cardRef: string }> {
  const { pinAccount = '', ...card } = await backend.registerCard({
    cardRef: `ref-${randomUUID()}`,
    ...data,
  });
  return { ...card, pinAccount };
}

async function otpFor({ cardId }: KnownCard, purpose: OtpPurpose) {
  const issued = await backend.issueOtp({ cardId, purpose });
  if (issued.outcome !== 'ISSUED') throw new Error(issued.outcome);
  return { otpId: issued.otpId, code: await deliveredCode(kit.kit.identity.outboxFile, issued.otpId) };
}

async function withPin(pin: string): Promise<KnownCard> {
  const card = await registered();
  await backend.setPin({ cardId: card.cardId, encryptedPin: await kit.kit.encrypt(pin, card) });
  return card;
}

async function validate(card: KnownCard, pin: string) {
  return await backend.validatePin({ cardId: card.cardId, encryptedPin: await kit.kit.encrypt(pin, card) });
}

async function locked(): Promise<KnownCard> {
  const card = await withPin(randomPin());
  for (let tries = 0; tries < 3; tries += 1) await validate(card, randomPin());
  return card;
}

describe('a backend', () => {
  it('validates its first PIN within thirty lines, from what npm start leaves', async () => {
    using programs = new PagePrograms('docs/backend-client.md');
    await programs.bundle();
    const { identity, service, token } = kit.kit;
    const client = await kit.kit.newClient({ scopes: CARD_APP_SCOPES });
    const clients = [{ ...client, scopes: CARD_APP_SCOPES }];
    const manifestPins = token.registeredKeys
      .filter(({ kind }) => kind === 'manifest-signing')
      .map(({ fingerprint }) => fingerprint.toString('base64url'));
    const file = join(programs.folder, 'dev.json');
    writeFileSync(file, JSON.stringify({ baseUrl: service.baseUrl, clients, manifestPins }));
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: identity.certificateFile };
    const run = [programs.path('first-pin'), file];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, run, { env });
    expect([stdout, stderr]).toEqual(['PIN_SET\nVERIFIED 3\n', '']);
    expect(programs.texts.get('first-pin.js')?.trim().split('\n').length).toBeLessThan(30);
  });

  it('walks through the life of a card', async () => {
    const [first, second, third] = ['4071', '8520', '9364'] as const;
    const card = await registered({ pan: '4111111111111111', expiry: '12/29' });
    const { cardId } = card;
    expect(await backend.findCard({ cardRef: card.cardRef })).toEqual(await backend.readCard({ cardId }));
    expect((await backend.pinKeys()).keys.filter(({ current }) => current)).toHaveLength(1);
    const encrypted = async (pin: string) => await kit.kit.encrypt(pin, card);
    const set = async (pin: string) => await backend.setPin({ cardId, encryptedPin: await encrypted(pin) });
    expect(await validate(card, first)).toEqual({ outcome: 'PIN_NOT_SET' });
    expect(await set('1234')).toEqual({ outcome: 'PIN_TOO_WEAK' });
    expect(await set(first)).toEqual({ outcome: 'PIN_SET', pinStatus: 'active' });
    expect(await set(second)).toEqual({ outcome: 'PIN_ALREADY_SET' });
    const right = { outcome: 'VERIFIED', pinStatus: 'active', triesRemaining: 3 };
    expect(await validate(card, first)).toEqual(right);
    const wrong = { outcome: 'WRONG_PIN', pinStatus: 'active', triesRemaining: 2 };
    expect(await validate(card, second)).toEqual(wrong);

    const change = async (from: string, to: string, code?: string) => {
      const otp = await otpFor(card, 'pin-change');
      const [currentPin, newPin] = [await encrypted(from), await encrypted(to)];
      return await backend.changePin({ cardId, currentPin, newPin, otp: { ...otp, code: code ?? otp.code } });
    };
    const { outcome, ...rest } = await change(first, second, '000000');
    expect([outcome, rest]).toEqual(['OTP_REJECTED', { attemptsRemaining: 2 }]);
    expect(await change(third, second)).toEqual({ ...wrong, triesRemaining: 1, lastTry: true });
    expect(await change(first, second)).toEqual({ outcome: 'PIN_CHANGED', pinStatus: 'active' });
    expect(await change(second, first)).toEqual({ outcome: 'PIN_REUSED' });

    for (const left of [2, 1]) expect(await validate(card, third)).toMatchObject({ triesRemaining: left });
    expect(await validate(card, third)).toEqual({ ...wrong, pinStatus: 'locked', triesRemaining: 0 });
    expect(await validate(card, second)).toEqual({ outcome: 'PIN_LOCKED' });
    const limited = await backend.issueOtp({ cardId, purpose: 'pin-reset' });
    expect(limited).toMatchObject({ outcome: 'ISSUED' });
    expect(await backend.issueOtp({ cardId, purpose: 'pin-reset' })).toEqual({
      outcome: 'OTP_LIMIT_REACHED',
      limit: 'card-otp',
      retryAfterSeconds: expect.any(Number),
    });
    expect(await backend.closeCard({ cardId })).toMatchObject({ pinStatus: 'closed' });
    expect(await validate(card, second)).toEqual({ outcome: 'CARD_CLOSED' });
  });

  it('resets a PIN, and reveals a card to its cardholder', async () => {
    const card = await registered({ pan: '4111111111111111', expiry: '12/29' });
    const { cardId } = card;
    await backend.setPin({ cardId, encryptedPin: await kit.kit.encrypt('4071', card) });
    const [newPin, otp] = [await kit.kit.encrypt('8520', card), await otpFor(card, 'pin-reset')];
    expect(await backend.resetPin({ cardId, newPin, otp })).toEqual({
      outcome: 'PIN_RESET',
      pinStatus: 'active',
    });
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    const reveal = {
      cardId,
      otp: await otpFor(card, 'card-reveal'),
      recipientKey: await exportJWK(publicKey),
    };
    const revealed = await backend.revealCard(reveal);
    if (revealed.outcome !== 'REVEALED') throw new Error(revealed.outcome);
    const { plaintext } = await compactDecrypt(revealed.jwe, privateKey);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({
      cardId,
      pan: '4111111111111111',
    });
    expect(await backend.revealCard(reveal)).toMatchObject({ outcome: 'OTP_REJECTED' });
  });

  it('imports cards from a stream, and reads what became of each', async () => {
    const requestId = randomUUID();
    const known = await registered();
    async function* lines() {
      for (let index = 0; index < 3; index += 1)
        yield { cardRef: `ref-${randomUUID()}`, pan: '4111111111111111' };
      yield `{"cardRef":"${known.cardRef}"}`;
      yield Buffer.from('no JSON');
    }
    const imported = await backend.importCards({ cards: lines() }, { requestId });
    expect(imported).toMatchObject({
      state: 'completed',
      received: 5,
      registered: 3,
      existing: 1,
      failed: 1,
    });
    const { importId } = imported;
    expect(await backend.findCardImport({ requestId })).toEqual(imported);
    expect(await backend.readCardImport({ importId })).toEqual(imported);
    const outcomes: string[] = [];
    for await (const line of allItems((cursor) => backend.listImportedLines({ importId, cursor, limit: 2 })))
      outcomes.push(line.outcome);
    expect(outcomes).toEqual(['registered', 'registered', 'registered', 'existing', 'failed']);
    const [failed] = (await backend.listImportedLines({ importId, outcome: 'failed' })).items;
    expect(failed).toMatchObject({ line: 5, code: 'LINE_NOT_JSON', pointer: '' });
    await expect(
      backend.importCards({ cards: [{ cardRef: 'another' }] }, { requestId }),
    ).rejects.toMatchObject({
      code: 'REQUEST_ID_REUSED',
    });
    const tooMany = () => Array.from({ length: 100_001 }, () => '');
    await expect(backend.importCards({ cards: tooMany })).rejects.toMatchObject({
      code: 'CARD_IMPORT_TOO_LONG',
      problem: { import: { state: 'truncated', received: 0 } },
    });
  });

  it('sets a first PIN with a one-time password, and learns what its chip is to be told', async () => {
    const { chip, pendingCommands, ...card } = await backend.registerCard({
      cardRef: `ref-${randomUUID()}`,
      chip: true,
    });
    expect([chip, pendingCommands]).toEqual([true, []]);
    const known = { cardId: card.cardId, pinAccount: card.pinAccount ?? '' };
    const [otp, encryptedPin] = [await otpFor(known, 'pin-set'), await kit.kit.encrypt('4071', known)];
    expect(await backend.setPin({ cardId: card.cardId, encryptedPin, otp })).toEqual({
      outcome: 'PIN_SET',
      pinStatus: 'active',
    });
    const [command] = (await backend.readCard({ cardId: card.cardId })).pendingCommands ?? [];
    const named = { cardId: card.cardId, commandId: command?.commandId ?? '' };
    const failed = { ...named, outcome: 'failed', reason: 'SCRIPT_NOT_PROCESSED' } as const;
    expect(await backend.reportChipCommand(failed)).toMatchObject({ status: 'pending' });
    expect(await backend.reportChipCommand({ ...named, outcome: 'delivered' })).toEqual({
      commandId: named.commandId,
      command: 'CHANGE_PIN',
      status: 'delivered',
      pendingCommands: [],
    });
    await expect(
      backend.reportChipCommand({ ...named, commandId: randomUUID(), outcome: 'delivered' }),
    ).rejects.toMatchObject({ code: 'CHIP_COMMAND_NOT_FOUND' });
  });

  it('is told once more what it was told under the same request id', async () => {
    const card = await withPin('4071');
    const input = { cardId: card.cardId, encryptedPin: await kit.kit.encrypt('8520', card) };
    const [requestId, wrong] = [randomUUID(), { outcome: 'WRONG_PIN', triesRemaining: 2 }];
    for (let times = 0; times < 2; times += 1)
      expect(await backend.validatePin(input, { requestId })).toMatchObject(wrong);
    await expect(backend.validatePin(input)).rejects.toMatchObject({ code: 'PIN_ENVELOPE_REPLAYED' });
    const request = { method: 'POST', path: `/v1/cards/${input.cardId}/pin/validate` } as const;
    const { encryptedPin } = input;
    const raw = await backend.request({ ...request, body: { encryptedPin } }, { requestId });
    expect(raw).toMatchObject({ status: 200, replayed: true, requestId, body: { verified: false } });
  });

  it('has every refusal that a cardholder is told as a result', async () => {
    const { cardId } = await registered();
    const encryptedPin = await kit.kit.encrypt('4071', { cardId, pinAccount: '000000000000' });
    const otp = { otpId: randomUUID(), code: '123456' };
    const pins = { encryptedPin, currentPin: encryptedPin, newPin: encryptedPin };
    const input = { cardId, otp, ...pins, purpose: 'pin-change', recipientKey: {} } as const;
    const { issueOtp, revealCard, setPin, validatePin, changePin, resetPin } = backend;
    for (const [name, call] of Object.entries({
      issueOtp,
      revealCard,
      setPin,
      validatePin,
      changePin,
      resetPin,
    })) {
      const { refusals } = BACKEND_OPERATIONS[name as keyof typeof BACKEND_OPERATIONS];
      expect(refusals).not.toEqual([]);
      for (const sandboxOutcome of refusals) {
        const { outcome } = await call(input, { sandboxOutcome });
        expect([name, outcome]).toEqual([name, sandboxOutcome]);
      }
    }
    const prefix = `sandbox-active-${randomUUID()}`;
    await backend.registerCard({ cardRef: prefix });
    expect(await backend.resetSandbox({ cardRefPrefix: prefix })).toEqual({ closed: 1, more: false });
  });

  it('gives itself another secret', async () => {
    const own = await kit.backend();
    expect((await own.issuerKeys()).keys[0]).toMatchObject({ kty: 'RSA', use: 'sig' });
    expect((await own.rotateOwnSecret()).clientSecret).toMatch(/^pwcs_/);
    await expect(own.rotateOwnSecret()).rejects.toMatchObject({ code: 'SECRET_OVERLAP' });
    await expect(own.rotateOwnKeys({})).rejects.toThrow(TypeError);
  });

  it('gives itself other keys', async () => {
    const [first, second] = [await SigningKey.make(), await SigningKey.make()];
    const clientId = await kit.kit.newKeyClient({ jwks: first.set }, { scopes: CARD_APP_SCOPES });
    const own = await kit.backend({ credentials: { clientId, ...(await first.exported()) } });
    expect(await own.issuerMetadata()).toMatchObject({ grant_types_supported: ['client_credentials'] });
    const { keys } = await own.rotateOwnKeys({ jwks: second.set });
    expect(keys.map(({ kids }) => kids)).toEqual([[second.kid], [first.kid]]);
    await expect(own.rotateOwnKeys({ jwks: first.set })).rejects.toMatchObject({ code: 'KEYS_OVERLAP' });
    await expect(own.rotateOwnSecret()).rejects.toThrow(TypeError);
    const next = await kit.backend({ credentials: { clientId, ...(await second.exported()) } });
    expect((await next.pinKeys()).keys).not.toEqual([]);
  });

  it('is told what it did wrong', async () => {
    const unknown = randomUUID();
    const error = {
      name: 'PinwardError',
      code: 'CARD_NOT_FOUND',
      status: 404,
      requestId: expect.any(String),
    };
    await expect(backend.readCard({ cardId: unknown })).rejects.toMatchObject(error);
    await expect(backend.registerCard({ cardRef: 'é' })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      problem: { errors: [{ pointer: '/cardRef' }] },
    });
    await expect(backend.listWebhookEndpoints()).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  });
});

describe('an operator', () => {
  it('unlocks a card', async () => {
    const { cardId } = await locked();
    const page = await ada.listCards({ pinStatus: 'locked', limit: 200 });
    expect(page.items.map((card) => card.cardId)).toContain(cardId);
    expect(await ada.readCard({ cardId })).toMatchObject({ pinStatus: 'locked', failuresWithoutSuccess: 3 });
    expect(await ada.unlockCard({ cardId, reason: REASON })).toEqual({
      outcome: 'UNLOCKED',
      pinStatus: 'active',
    });
    await expect(ada.unlockCard({ cardId, reason: REASON })).rejects.toMatchObject({
      code: 'PIN_NOT_LOCKED',
    });
  });

  it('registers persons and clients', async () => {
    const name = 'Niels Henrik Abel';
    await ada.registerPerson({ name });
    expect((await ada.listPersons()).items).toContainEqual(
      expect.objectContaining({ name, mayDecide: true }),
    );
    expect(await ada.revokePerson({ name })).toMatchObject({ name, revokedAt: expect.any(String) });
    const clientId = `shop-${randomUUID()}`;
    const created = await ada.createClient({
      clientId,
      scopes: ['pin:validate'],
      allowedAddresses: ['10.0.0.0/8'],
    });
    expect(created).toMatchObject({ outcome: 'CREATED', clientId, clientSecret: expect.any(String) });
    expect(await ada.rotateClientSecret({ clientId })).toMatchObject({ outcome: 'ROTATED', clientId });
    expect(await ada.readClient({ clientId })).toMatchObject({ clientId, secrets: [{}, {}] });
    const ids: string[] = [];
    for await (const client of allItems((cursor) => ada.listClients({ cursor, limit: 2 })))
      ids.push(client.clientId);
    expect(ids).toContain(clientId);
    expect(new Set(ids).size).toBe(ids.length);
    const { set: jwks, kid } = await SigningKey.make();
    const keyed = { clientId: `${clientId}-keyed`, scopes: ['pin:validate'], keys: { jwks } } as const;
    expect(await ada.createClient(keyed)).toMatchObject({ outcome: 'CREATED', keys: [{ kids: [kid] }] });
    expect(await ada.rotateClientKeys({ clientId, jwks })).toMatchObject({ outcome: 'ROTATED', keys: [{}] });
    const changed = { allowedAddresses: ['10.7.0.0/16'], requestsPerMinute: 600, reason: REASON };
    expect(await ada.changeClient({ clientId, ...changed })).toMatchObject({
      outcome: 'CHANGED',
      allowedAddresses: ['10.7.0.0/16'],
      requestsPerMinute: 600,
    });
    const withdrawn = await ada.withdrawClientMethod({ clientId, method: 'client_secret' });
    expect(withdrawn).toMatchObject({ clientId, secrets: [] });
    expect(await ada.revokeClient({ clientId })).toMatchObject({ clientId, revokedAt: expect.any(String) });
  });

  it('registers webhook endpoints and looks after them', async () => {
    const created = await ada.createWebhookEndpoint({ url: kit.receiver.url, events: ['pin.set'] });
    if (created.outcome !== 'CREATED') throw new Error(created.outcome);
    const { endpointId, secret } = created;
    expect(secret).toMatch(/^whsec_/);
    expect((await ada.listWebhookEndpoints()).items).toContainEqual(expect.objectContaining({ endpointId }));
    expect(await ada.readWebhookEndpoint({ endpointId })).toMatchObject({ endpointId, status: 'active' });
    expect(await ada.rotateWebhookSecret({ endpointId })).toMatchObject({ outcome: 'ROTATED', endpointId });
    expect(await ada.resumeWebhookEndpoint({ endpointId })).toMatchObject({ endpointId, status: 'active' });
    await withPin('4071');
    const delivered = async () =>
      (await ada.listWebhookDeliveries({ endpointId, status: 'delivered' })).items.map(
        (item) => item.deliveryId,
      );
    await expect.poll(delivered).toHaveLength(1);
    const [deliveryId = ''] = await delivered();
    expect(await ada.redeliverWebhook({ endpointId, deliveryId })).toEqual({ deliveryId, status: 'pending' });
    expect(await ada.testWebhookEndpoint({ endpointId })).toMatchObject({ status: 'pending' });
    expect(await ada.deleteWebhookEndpoint({ endpointId })).toEqual({ endpointId, status: 'deleted' });
  });

  it('restores the cards of an incident, and has it proven', async () => {
    const opened = new Date(Date.now() - 60_000).toISOString();
    const { cardId } = await locked();
    const filter = { triedFrom: opened, clientId: 'no-such-app', sourceAddresses: ['127.0.0.0/8'] };
    const open = async (more: object) =>
      await ada.openIncident({
        filter: { ...filter, triedTo: new Date().toISOString(), ...more },
        reason: 'Release 7.3 was bad',
      });
    const none = await open({});
    expect(none).toMatchObject({ counts: { planned: 0, restored: 0 } });
    await expect(ada.restoreIncident({ incidentId: none.incidentId })).rejects.toMatchObject({
      code: 'INCIDENT_CLOSED',
    });
    expect(await ada.cancelIncident({ incidentId: none.incidentId, reason: 'Nothing found' })).toMatchObject({
      state: 'cancelled',
    });
    // Its newest line is sealed within two seconds.
    const found = async () => {
      const incident = await open({ clientId: undefined });
      if (!incident.sample.some((card) => card.cardId === cardId)) {
        await ada.cancelIncident({ incidentId: incident.incidentId, reason: 'Not sealed yet' });
        return null;
      }
      return incident.incidentId;
    };
    let incidentId = '';
    await expect.poll(async () => (incidentId = (await found()) ?? '')).not.toBe('');
    expect(await ada.restoreIncident({ incidentId })).toMatchObject({ outcome: 'STARTED', state: 'running' });
    const state = async () => (await ada.readIncident({ incidentId })).state;
    await expect.poll(state).toBe('done');
    const cards = await ada.listIncidentCards({ incidentId, outcome: 'restored' });
    expect(cards.items).toContainEqual(expect.objectContaining({ cardId, failuresTakenBack: 3 }));
    expect((await ada.listIncidents({ state: 'done' })).items).toContainEqual(
      expect.objectContaining({ incidentId, requestedBy: 'Ada Lovelace' }),
    );
    const { report } = await ada.incidentReport({ incidentId });
    expect(report).toMatch(/^pinward incident report v1\n/);
  });

  it('lists alarms of guessing: none here', async () => {
    expect(await ada.listAlarms({ state: 'open' })).toEqual({ items: [], nextCursor: null });
  });

  it('lists the keys of the HSM', async () => {
    const { kinds, processes } = await ada.listKeys({ kind: 'card-vault' });
    expect(kinds).toMatchObject([
      { kind: 'card-vault', due: false, generations: [{ key: 'card-vault-1', state: 'current', heldBy: 1 }] },
    ]);
    expect(processes).toMatchObject([{ keys: { 'card-vault-1': 'current' } }]);
  });

  it('tells whether everything is sound, and what happened', async () => {
    const { status, checks, due } = await ada.readSoundness({ dueWithinDays: 30 });
    expect(['sound', 'degraded']).toContain(status);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'database', state: 'sound' }));
    expect(due).toMatchObject({ withinDays: 30, unknown: [] });
    const { items } = await ada.readActivity({ hours: 3 });
    expect(items).toHaveLength(3);
  });

  it('stops a card and lets it go', async () => {
    const card = await withPin('4071');
    const brake = { kind: 'card', target: card.cardId, reason: 'A skimmer was found' } as const;
    const { brakeId } = await ada.pullBrake(brake);
    expect(await validate(card, '4071')).toEqual({ outcome: 'CARD_FROZEN' });
    expect((await ada.listBrakes()).items).toContainEqual(expect.objectContaining({ brakeId, kind: 'card' }));
    const released = await ada.releaseBrake({ brakeId, reason: 'The card was replaced' });
    expect(released).toMatchObject({ outcome: 'RELEASED', brakeId });
    expect(await validate(card, '4071')).toMatchObject({ outcome: 'VERIFIED' });
  });

  it('reads the audit trail and its proofs', async () => {
    const { cardId } = await withPin('4071');
    const events = async () => (await ada.listAuditEvents({ cardId })).items;
    await expect.poll(async () => (await events()).length).toBeGreaterThan(1);
    const [event] = await events();
    if (event === undefined) throw new Error('no event');
    const { leafIndex, leafHash } = event;
    const { treeSize, verifierKeys } = await ada.auditCheckpoint();
    expect(verifierKeys).not.toEqual([]);
    expect(await ada.inclusionProof({ leafIndex, treeSize })).toMatchObject({
      leafIndex,
      leafHash,
      treeSize,
    });
    const narrowed = await ada.listAuditEvents({ cardId, action: 'pin.set', to: '2999-01-01T00:00:00Z' });
    expect(narrowed.items.map(({ event: line }) => line['action'])).toEqual(['pin.set']);
    expect(await ada.consistencyProof({ from: 1, to: treeSize })).toMatchObject({ from: 1, to: treeSize });
  });

  it('demands of clients how they prove themselves', async () => {
    const methods = ['client_secret', 'private_key_jwt', 'tls_client_auth'] as const;
    const asked = { methods, senderConstrained: false, reason: 'As it was before' };
    expect(await ada.changeClientDemands(asked)).toMatchObject({ outcome: 'CHANGED', demandNo: 1, methods });
    expect(await ada.readClientDemands()).toMatchObject({ methods, history: [{ demandNo: 1 }] });
  });

  it('decides with another person where it takes two', async () => {
    const changed = await ada.changePolicy({ approvals: 2, reason: 'Two persons from now on' });
    expect(changed).toMatchObject({ outcome: 'CHANGED', policy: { approvals: 2, pinMaxTries: 3 } });
    expect(await ada.readPolicy()).toMatchObject({ policy: { approvals: 2 }, history: [{ version: 2 }, {}] });
    const { cardId } = await locked();
    const asked = await ada.unlockCard({ cardId, reason: REASON });
    if (asked.outcome !== 'APPROVAL_REQUESTED') throw new Error(asked.outcome);
    const { approvalId } = asked;
    expect(await grace.readApproval({ approvalId })).toMatchObject({
      kind: 'unlock',
      cardId,
      status: 'pending',
    });
    await expect(ada.approve({ approvalId })).rejects.toMatchObject({ code: 'SAME_OPERATOR' });
    expect(await grace.approve({ approvalId })).toEqual({ pinStatus: 'active' });

    const clientId = `shop-${randomUUID()}`;
    const waiting = async () => {
      const made = await ada.createClient({ clientId, scopes: ['pin:set'], reason: 'New shop in Lyon' });
      if (made.outcome !== 'APPROVAL_REQUESTED') throw new Error(made.outcome);
      return made.approvalId;
    };
    const withdrawn = await waiting();
    expect(await ada.reject({ approvalId: withdrawn })).toMatchObject({ status: 'rejected' });
    const approved = await waiting();
    await grace.approve({ approvalId: approved });
    expect(await ada.collect({ approvalId: approved })).toMatchObject({
      clientId,
      clientSecret: expect.any(String),
    });
    const { items } = await grace.listApprovals({ status: 'approved' });
    expect(items.map((item) => item.approvalId)).toEqual(expect.arrayContaining([approvalId, approved]));
  });
});

it('has no method that was not served by the running service here', () => {
  const all = new Set([...Object.keys(BACKEND_OPERATIONS), ...Object.keys(OPERATOR_OPERATIONS)]);
  expect([...all].filter((name) => !kit.served.has(name))).toEqual([]);
});
