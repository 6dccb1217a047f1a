import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeviceFault, EnvelopeUnreadable, HsmUnavailable } from '#libs/hsm';
import { CARD, garbage } from '../support/envelopes.js';
import { CKR } from '../rigs/shim.js';
import { openShimmedHsm, prefixOf, type ShimmedHsm } from './shimmed-hsm.js';
import { until } from '../support/until.js';

const WRAPPING_KEY_HANDLE_INVALID = 0x113;

let rig: ShimmedHsm;
const open = async () => {
  rig = await openShimmedHsm({ workers: 1 });
};

/** All on one host. */
describe('a failing call that the host survives', () => {
  beforeAll(open);
  afterEach(() => rig.faults());
  afterAll(() => rig.close());

  // First, while the log tells of nothing else.
  it('destroys every PIN object, of matches, mismatches, garbage, trouble and weak PINs alike', async () => {
    await rig.hsm.tagWeakPins(CARD);
    for (let round = 0; round < 20; round += 1) {
      await rig.match(await rig.envelope());
      await rig.match(await rig.envelope('990011'));
      await rig.match(garbage(rig.key)).catch(() => undefined);
    }
    rig.faults({ function: 'C_WrapKey', returns: CKR.GENERAL_ERROR, calls: 1 });
    await rig.match(await rig.envelope());
    const succeeded = (name: string) =>
      rig.log.calls().filter((call) => call.function === name && call.result?.rv === CKR.OK).length;
    expect(succeeded('C_UnwrapKey')).toBeGreaterThan(60);
    // The start-up checks' own keys among them, whichever way they were made.
    const made = ['C_UnwrapKey', 'C_CreateObject', 'C_GenerateKey', 'C_CopyObject', 'C_DeriveKey'];
    const total = made.reduce((sum, name) => sum + succeeded(name), 0);
    expect(succeeded('C_DestroyObject')).toBe(total);
  });

  it('garbage: opened twice with a canary between, and the device is sound', async () => {
    const envelope = garbage(rig.key);
    await expect(rig.match(envelope)).rejects.toBeInstanceOf(EnvelopeUnreadable);
    expect(rig.evaluations(envelope)).toBe(2);
    const opened = rig.log.unwraps().slice(-3);
    expect(opened.map(({ rv }) => rv === CKR.OK)).toEqual([false, true, false]);
    expect(rig.hsm.health().ready).toBe(true);
  });

  it.each([CKR.GENERAL_ERROR, CKR.FUNCTION_FAILED, CKR.DEVICE_ERROR])(
    'a passing trouble (CKR %i) costs nothing: the envelope is opened once more',
    async (code) => {
      rig.faults({ function: 'C_UnwrapKey', returns: code, calls: 1 });
      expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true, renewed: null });
    },
  );

  it.each([CKR.SESSION_CLOSED, CKR.SESSION_HANDLE_INVALID, CKR.OBJECT_HANDLE_INVALID])(
    'a lost session (CKR %i) is opened again, and its keys found again',
    async (code) => {
      const sessions = rig.log.callCounts().get('C_OpenSession') ?? 0;
      rig.faults({ function: 'C_UnwrapKey', returns: code, calls: 1 });
      expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
      expect(rig.log.callCounts().get('C_OpenSession')).toBe(sessions + 1);
      expect(rig.log.callCounts().get('C_Login')).toBe(1);
    },
  );

  it('a wrapping key gone from under the session is found again', async () => {
    rig.faults({ function: 'C_WrapKey', returns: WRAPPING_KEY_HANDLE_INVALID, calls: 1 });
    expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
  });

  it('an envelope alone in its trouble is unreadable, whatever the code', async () => {
    const envelope = await rig.envelope();
    const ciphertextPrefix = prefixOf(envelope.ciphertext);
    for (const returns of [CKR.GENERAL_ERROR, CKR.DEVICE_ERROR]) {
      rig.faults({ function: 'C_UnwrapKey', returns, ciphertextPrefix });
      await expect(rig.match(envelope)).rejects.toBeInstanceOf(EnvelopeUnreadable);
    }
    expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
  });

  it('gives the session up when a PIN object cannot be destroyed, and still answers', async () => {
    const closed = rig.log.callCounts().get('C_CloseSession') ?? 0;
    rig.faults({ function: 'C_DestroyObject', returns: CKR.GENERAL_ERROR, calls: 1 });
    expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
    expect(rig.log.callCounts().get('C_CloseSession')).toBe(closed + 1);
    expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
    expect(rig.hsm.health().ready).toBe(true);
  });

  it('does not take an input that is refused for a failing device', async () => {
    rig.faults({ function: 'C_Sign', returns: CKR.GENERAL_ERROR });
    await expect(rig.hsm.mac('lookup', Buffer.from('input'))).rejects.toBeInstanceOf(HsmUnavailable);
    const card = { tenantId: 'default', cardId: 'no-uuid', pinAccount: '987654321098' };
    await expect(rig.hsm.tagWeakPins(card)).rejects.toBeInstanceOf(HsmUnavailable);
    const account = { ...CARD, pinAccount: 'none' };
    await expect(rig.hsm.tagWeakPins(account)).rejects.toBeInstanceOf(HsmUnavailable);
    expect(rig.hsm.health().ready).toBe(true);
    expect(rig.log.callCounts().get('C_Login')).toBe(1);
  });
});

/** Each on an HSM of its own: pauses between hosts grow. */
describe('a failing call that ends the host', () => {
  beforeEach(open);
  afterEach(async () => {
    rig.faults();
    await rig.close();
  });

  it.each([
    ['C_UnwrapKey', CKR.DEVICE_ERROR],
    ['C_WrapKey', CKR.DEVICE_ERROR],
    ['C_UnwrapKey', CKR.DEVICE_REMOVED],
    ['C_UnwrapKey', CKR.USER_NOT_LOGGED_IN],
  ])('%s failing for all (CKR %i) is a fault of the device, and a fresh host follows', async (name, code) => {
    rig.faults({ function: name, returns: code });
    await expect(rig.match(await rig.envelope())).rejects.toBeInstanceOf(DeviceFault);
    expect(() => rig.hsm.reserve()).toThrow(HsmUnavailable);
    expect(rig.hsm.health().ready).toBe(false);
    rig.faults();
    await until('a fresh host', () => rig.hsm.health().ready);
    expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
  });

  it.each(['C_UnwrapKey', 'C_WrapKey'])(
    '%s failing for all without a word of why: a few are given back, then a fresh host follows',
    async (name) => {
      rig.faults({ function: name, returns: CKR.GENERAL_ERROR });
      for (let fault = 0; fault < 3; fault += 1) {
        expect(rig.hsm.health().ready).toBe(true);
        await expect(rig.match(await rig.envelope())).rejects.toBeInstanceOf(DeviceFault);
      }
      expect(() => rig.hsm.reserve()).toThrow(HsmUnavailable);
      rig.faults();
      await until('a fresh host', () => rig.hsm.health().ready);
      expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
    },
  );

  it('survives lost sessions outside evaluations too, and gives a failing device up', async () => {
    rig.faults({ function: 'C_SignInit', returns: CKR.SESSION_HANDLE_INVALID, calls: 1 });
    expect((await rig.hsm.mac('lookup', Buffer.from('input'))).value).toHaveLength(32);
    expect(rig.hsm.health().ready).toBe(true);
    rig.faults(
      { function: 'C_Sign', returns: CKR.GENERAL_ERROR },
      { function: 'C_UnwrapKey', returns: CKR.GENERAL_ERROR },
    );
    await expect(rig.hsm.mac('lookup', Buffer.from('input'))).rejects.toBeInstanceOf(HsmUnavailable);
    expect(rig.hsm.health().ready).toBe(false);
  });
});
