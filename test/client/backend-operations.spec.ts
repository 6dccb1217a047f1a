import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allItems, BACKEND_OPERATIONS, PROBLEM_CODES, type PinwardClient } from '#libs/client/backend';
import { CARD_APP_SCOPES } from '#libs/api-clients';
import { ERROR_CODES } from '#libs/errors';
import { SigningKey } from '../clients/signing-keys.js';
import { BackendCards } from './backend-cards.js';
import { BackendKit } from './backend-kit.js';
import { documented, methodsOf } from './documented-calls.js';
import { PagePrograms } from './page-program.js';
// Types alone, compared by the compiler.
import './contract-types.js';

let kit: BackendKit;
let backend: PinwardClient;
let cards: BackendCards;
beforeAll(async () => {
  kit = await BackendKit.open();
  backend = await kit.backend();
  cards = new BackendCards(kit, backend);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

describe('the contract', () => {
  it('of card apps has a method for each call, with the same good answers; a backend has those of webhook endpoints besides', async () => {
    const calls = await documented(kit, kit.kit.service.baseUrl);
    const methods = methodsOf(BACKEND_OPERATIONS);
    const ofCardApps = [...methods].filter(([route]) => !route.includes('/v1/webhook-endpoints'));
    expect(new Map(ofCardApps)).toEqual(calls);
    expect(methods.size).toBeGreaterThan(ofCardApps.length);
  });

  it('has the codes that errors can have', () => {
    expect([...PROBLEM_CODES].toSorted()).toEqual([...ERROR_CODES].toSorted());
  });
});

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
    const card = await cards.registered({ pan: '4111111111111111', expiry: '12/29' });
    const { cardId } = card;
    expect(await backend.findCard({ cardRef: card.cardRef })).toEqual(await backend.readCard({ cardId }));
    expect((await backend.pinKeys()).keys.filter(({ current }) => current)).toHaveLength(1);
    const encrypted = async (pin: string) => await kit.kit.encrypt(pin, card);
    const set = async (pin: string) => await backend.setPin({ cardId, encryptedPin: await encrypted(pin) });
    expect(await cards.validate(card, first)).toEqual({ outcome: 'PIN_NOT_SET' });
    expect(await set('1234')).toEqual({ outcome: 'PIN_TOO_WEAK' });
    expect(await set(first)).toEqual({ outcome: 'PIN_SET', pinStatus: 'active' });
    expect(await set(second)).toEqual({ outcome: 'PIN_ALREADY_SET' });
    const right = { outcome: 'VERIFIED', pinStatus: 'active', triesRemaining: 3 };
    expect(await cards.validate(card, first)).toEqual(right);
    const wrong = { outcome: 'WRONG_PIN', pinStatus: 'active', triesRemaining: 2 };
    expect(await cards.validate(card, second)).toEqual(wrong);

    const change = async (from: string, to: string, code?: string) => {
      const otp = await cards.otpFor(card, 'pin-change');
      const [currentPin, newPin] = [await encrypted(from), await encrypted(to)];
      return await backend.changePin({ cardId, currentPin, newPin, otp: { ...otp, code: code ?? otp.code } });
    };
    const { outcome, ...rest } = await change(first, second, '000000');
    expect([outcome, rest]).toEqual(['OTP_REJECTED', { attemptsRemaining: 2 }]);
    expect(await change(third, second)).toEqual({ ...wrong, triesRemaining: 1, lastTry: true });
    expect(await change(first, second)).toEqual({ outcome: 'PIN_CHANGED', pinStatus: 'active' });
    expect(await change(second, first)).toEqual({ outcome: 'PIN_REUSED' });

    for (const left of [2, 1])
      expect(await cards.validate(card, third)).toMatchObject({ triesRemaining: left });
    expect(await cards.validate(card, third)).toEqual({ ...wrong, pinStatus: 'locked', triesRemaining: 0 });
    expect(await cards.validate(card, second)).toEqual({ outcome: 'PIN_LOCKED' });
    const limited = await backend.issueOtp({ cardId, purpose: 'pin-reset' });
    expect(limited).toMatchObject({ outcome: 'ISSUED' });
    expect(await backend.issueOtp({ cardId, purpose: 'pin-reset' })).toEqual({
      outcome: 'OTP_LIMIT_REACHED',
      limit: 'card-otp',
      retryAfterSeconds: expect.any(Number),
    });
    expect(await backend.closeCard({ cardId })).toMatchObject({ pinStatus: 'closed' });
    expect(await cards.validate(card, second)).toEqual({ outcome: 'CARD_CLOSED' });
  });

  it('resets a PIN, and reveals a card to its cardholder', async () => {
    const card = await cards.registered({ pan: '4111111111111111', expiry: '12/29' });
    const { cardId } = card;
    await backend.setPin({ cardId, encryptedPin: await kit.kit.encrypt('4071', card) });
    const [newPin, otp] = [await kit.kit.encrypt('8520', card), await cards.otpFor(card, 'pin-reset')];
    expect(await backend.resetPin({ cardId, newPin, otp })).toEqual({
      outcome: 'PIN_RESET',
      pinStatus: 'active',
    });
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    const reveal = {
      cardId,
      otp: await cards.otpFor(card, 'card-reveal'),
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
    const known = await cards.registered();
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
    const [otp, encryptedPin] = [await cards.otpFor(known, 'pin-set'), await kit.kit.encrypt('4071', known)];
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
    const card = await cards.withPin('4071');
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
    const { cardId } = await cards.registered();
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

it('has no method that was not served by the running service here', () => {
  // Those of webhook endpoints are an operator's as well, who calls them (operator-operations.spec.ts).
  const own = Object.entries(BACKEND_OPERATIONS).filter(
    ([, { route }]) => !route.includes('/v1/webhook-endpoints'),
  );
  expect(own.map(([name]) => name).filter((name) => !kit.served.has(name))).toEqual([]);
});
