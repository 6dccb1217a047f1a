import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentPinKey, encryptPinFor, type PinKeySet, type PublishedPinKey } from '#libs/client';
import { pinctlProcess } from '../pinctl/pinctl-process.js';
import { ServiceProcess, TestIdentity } from '../rigs/service-process.js';
import { upgradeReleased, type ReleasedCard, type ReleasedState } from './released-state.js';

const CARD_APP = ['cards:read', 'cards:write', 'pin:set', 'pin:validate'];
const OPERATOR = ['ops:read', 'ops:unlock', 'webhooks:manage'];
const ANOTHER_PIN = '4938';

describe.each(['3eabf43', '227fd9b', '6e30274'])('data of %s under this version', (release) => {
  let released: ReleasedState;
  let identity: TestIdentity;
  let service: ServiceProcess;
  let key: PublishedPinKey;
  let cardApp: string;
  let operator: string;

  beforeAll(async () => {
    released = await upgradeReleased(release);
    identity = await TestIdentity.make();
    const { serviceUrl: databaseUrl, token } = released;
    const environment = { AUDIT_CHECKPOINT_FILE: checkpointFile() };
    await sayThatNothingWasRestored();
    service = await ServiceProcess.start({ identity, databaseUrl, token, environment });
    cardApp = await identity.tokenFor({ scopes: CARD_APP, clientId: 'card-app' });
    operator = await identity.tokenFor({ scopes: OPERATOR, clientId: 'operator-1' });
    const keys = await service.request('GET', '/v1/pin-keys', { token: cardApp });
    key = currentPinKey(keys.body as PinKeySet);
  });
  afterAll(async () => {
    // Whatever of it there is, so that a failed start tells its own reason.
    await (service as ServiceProcess | undefined)?.[Symbol.asyncDispose]();
    await (released as ReleasedState | undefined)?.[Symbol.asyncDispose]();
    (identity as TestIdentity | undefined)?.[Symbol.dispose]();
  });

  /** Where the release had signed heads: its checkpoint has not come along. */
  async function sayThatNothingWasRestored(): Promise<void> {
    const { serviceUrl, ownerUrl, token } = released;
    const { code, stderr } = await pinctlProcess(
      ['audit', 'adopt', '--yes', '--reason', 'The file was left behind'],
      {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: serviceUrl,
        MIGRATION_DATABASE_URL: ownerUrl,
        AUDIT_CHECKPOINT_FILE: checkpointFile(),
        PKCS11_MODULE: token.module,
        PKCS11_TOKEN_LABEL: token.tokenLabel,
        PKCS11_TOKEN_PIN: token.tokenPin.reveal(),
        SOFTHSM2_CONF: token.environment['SOFTHSM2_CONF'] ?? '',
      },
    );
    expect([code, stderr]).toEqual(
      release === '3eabf43' ? [1, expect.stringContaining('no signed head')] : [0, ''],
    );
  }

  function checkpointFile(): string {
    return join(identity.outboxFile, '../audit-checkpoint');
  }

  function card(state: ReleasedCard['state']): ReleasedCard {
    const found = released.cards.find((candidate) => candidate.state === state);
    if (found === undefined) throw new Error(`no card is ${state}`);
    return found;
  }

  async function post(path: string, body: unknown, token = cardApp) {
    return await service.request('POST', path, { token, body, headers: { 'x-request-id': randomUUID() } });
  }

  async function validate(which: ReleasedCard, pin = which.pin ?? ANOTHER_PIN) {
    const encryptedPin = await encryptPinFor({ ...which, pin, key });
    return await post(`/v1/cards/${which.cardId}/pin/validate`, { encryptedPin });
  }

  it('has its PINs, its tries and its locks', async () => {
    expect(await validate(card('active'))).toMatchObject({ status: 200, body: { verified: true } });
    expect((await validate(card('active'), card('active').earlier)).body).toMatchObject({ verified: false });
    expect((await validate(card('two-wrong'), ANOTHER_PIN)).body).toMatchObject({
      verified: false,
      triesRemaining: 0,
      pinStatus: 'locked',
    });
    expect((await validate(card('locked'))).body).toMatchObject({ code: 'PIN_LOCKED' });
    expect((await validate(card('reset-required'))).body).toMatchObject({ code: 'PIN_LOCKED' });
    expect((await validate(card('unset'))).body).toMatchObject({ code: 'PIN_NOT_SET' });
    expect((await validate(card('closed'))).body).toMatchObject({ code: 'CARD_CLOSED' });
  });

  it('gives a first PIN, and an operator unlocks what may be unlocked', async () => {
    const unset = card('unset');
    const encryptedPin = await encryptPinFor({ ...unset, pin: ANOTHER_PIN, key });
    expect((await post(`/v1/cards/${unset.cardId}/pin`, { encryptedPin })).status).toBe(201);
    expect((await validate(unset)).body).toMatchObject({ verified: true });
    const unlock = (which: ReleasedCard) =>
      post(`/v1/admin/cards/${which.cardId}/unlock`, { reason: 'Cardholder identified' }, operator);
    expect((await unlock(card('locked'))).status).toBe(200);
    expect((await validate(card('locked'))).body).toMatchObject({ verified: true });
    expect((await unlock(card('reset-required'))).body).toMatchObject({ code: 'PIN_RESET_REQUIRED' });
  });

  it('keeps its webhook endpoints', async () => {
    const { status, body } = await service.request('GET', '/v1/webhook-endpoints', { token: operator });
    expect(status).toBe(200);
    const urls = (body as { items: readonly { url: string }[] }).items.map(({ url }) => url);
    expect(urls).toEqual(release === '3eabf43' ? [] : ['https://receiver.example.com/hook']);
  });

  it('has a trail and cards that verify, old lines and new', async () => {
    await service.stop();
    const environment = {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: released.serviceUrl,
      AUDIT_CHECKPOINT_FILE: checkpointFile(),
    };
    expect(await pinctlProcess(['audit', 'verify'], environment)).toMatchObject({ code: 0, stderr: '' });
    expect(await pinctlProcess(['cards', 'verify'], environment)).toMatchObject({ code: 0, stderr: '' });
  });
});
