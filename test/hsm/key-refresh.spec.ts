import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { HsmUnavailable, openPinHsm, type PinHsm, type RegisteredKey } from '#libs/hsm';
import { bounds, CARD, envelopeFor, evaluationName, NEW_PLACE } from '../support/envelopes.js';
import { hostPids, isAlive } from '../rigs/host-pids.js';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { setFaults, ShimLog } from '../rigs/shim.js';
import type { TestToken } from '../rigs/token.js';
import { shimmedSettings } from './shimmed-hsm.js';
import { until } from '../support/until.js';

const PIN = '483216';
const CKR_PIN_INCORRECT = 0xa0;
const token = await orderSoftHsmToken([
  ...STANDARD_KEYS,
  ...STANDARD_KEYS.map((key) => ({ ...key, generation: 2 })),
]);
const faults = join(token.directory, 'faults');
let hsm: PinHsm | undefined;
let registered: readonly RegisteredKey[];

afterEach(async () => {
  setFaults(faults, []);
  await hsm?.close();
});

/** A service before a rotation: of each kind generation 1 is registered, and the next TRUSTED one announced. */
async function open(of: TestToken = token): Promise<PinHsm> {
  setFaults(faults, []);
  registered = before();
  hsm = await openPinHsm({ ...shimmedSettings(of), registeredKeys: async () => registered });
  return hsm;
}

const before = () =>
  token.registeredKeys.flatMap((key) => {
    if (key.generation === 1) return [inState(key, 'current')];
    return key.kind === 'pin-wrapping'
      ? [{ ...inState(key, 'announced'), fingerprint: Buffer.alloc(32) }]
      : [];
  });
const prepared = () =>
  token.registeredKeys.map((key) => inState(key, key.generation === 1 ? 'current' : 'accepted'));
const rotated = () =>
  token.registeredKeys.map((key) => inState(key, key.generation === 1 ? 'accepted' : 'current'));

function inState(key: RegisteredKey, state: RegisteredKey['state']): RegisteredKey {
  return { ...key, state };
}

async function enrol(on: PinHsm) {
  const [key] = on.transportKeys();
  if (key === undefined) throw new Error('no transport key');
  const weakPins = await on.tagWeakPins(CARD);
  using place = on.reserve();
  const envelope = await envelopeFor(PIN, key);
  const result = await on.enrolPin(place, {
    card: CARD,
    ...NEW_PLACE,
    envelope,
    weakPins,
    history: [],
    bounds: bounds(),
  });
  if (result.outcome !== 'enrolled') throw new Error(result.outcome);
  return { key, verifier: result.verifier };
}

it('holds a new key before it is current, and uses it when it is', async () => {
  const on = await open();
  const { key, verifier } = await enrol(on);
  registered = prepared();
  await on.refreshKeys();
  expect(on.registeredKeys()).toEqual(prepared());
  const kids = on.transportKeys().map(({ kid, current }) => [kid, current]);
  expect(kids.toSorted()).toEqual([
    ['pin-transport-1', true],
    ['pin-transport-2', false],
  ]);
  expect((await on.sign('token-signing', Buffer.from('x'))).kid).toBe('token-signing-1');

  registered = rotated();
  await on.refreshKeys();
  expect((await on.sign('token-signing', Buffer.from('x'))).kid).toBe('token-signing-2');
  expect((await on.mac('lookup', Buffer.from('x'))).generation).toBe(2);
  using place = on.reserve();
  const renewed = await on.matchPin(place, {
    card: CARD,
    evaluation: evaluationName(),
    verifier,
    bounds: bounds(),
    envelope: await envelopeFor(PIN, key),
  });
  expect(renewed).toMatchObject({ matched: true, renewed: { generation: 2 } });
});

it('lets what is running end where it began, and serves what comes meanwhile', async () => {
  const on = await open();
  const { key, verifier } = await enrol(on);
  const [old] = hostPids();
  const held = await envelopeFor(PIN, key);
  const prefix = held.ciphertext.toString('hex', 0, 16);
  setFaults(faults, [{ function: 'C_UnwrapKey', hold: true, ciphertextPrefix: prefix }]);
  const log = new ShimLog(join(token.directory, 'shim.log'));
  using place = on.reserve();
  const question = { card: CARD, evaluation: evaluationName(), verifier, bounds: bounds() };
  const running = on.matchPin(place, { ...question, envelope: held });
  await until('the call', () => log.calls().some(({ ciphertext }) => ciphertext === prefix));
  registered = rotated();
  await on.refreshKeys();
  expect(hostPids()).toHaveLength(2);
  using other = on.reserve();
  const envelope = await envelopeFor(PIN, key);
  expect(await on.matchPin(other, { ...question, envelope })).toMatchObject({ renewed: { generation: 2 } });
  setFaults(faults, []);
  expect(await running).toMatchObject({ matched: true, renewed: null });
  await until('the end of the old host', () => old !== undefined && !isAlive(old));
  expect(hostPids()).toHaveLength(1);
});

it('goes on with the keys it has where a registered one cannot be used, says so, and takes it up once it can', async () => {
  const on = await open();
  const wrong = prepared().map((key) =>
    key.kind === 'pin-wrapping' && key.generation === 2 ? { ...key, fingerprint: Buffer.alloc(32) } : key,
  );
  registered = wrong;
  await expect(on.refreshKeys()).rejects.toThrow('pin-wrapping-2 (CKA_VALUE)');
  // Not tried again at once: each attempt is a login.
  const logins = () =>
    new ShimLog(join(token.directory, 'shim.log')).calls().filter((call) => call.function === 'C_Login')
      .length;
  const soFar = logins();
  await expect(on.refreshKeys()).rejects.toThrow('pin-wrapping-2 (CKA_VALUE)');
  expect(logins()).toBe(soFar);
  expect(on.registeredKeys()).toEqual(before());
  expect(on.health().ready).toBe(true);
  expect(on.health().warnings.join()).toContain('pin-wrapping-2 (CKA_VALUE)');
  await enrol(on);

  registered = prepared();
  await on.refreshKeys();
  expect(on.registeredKeys()).toEqual(prepared());
  expect(on.health().warnings.join()).not.toContain('pin-wrapping-2');
});

it('says that the registered keys cannot be read, and goes on', async () => {
  setFaults(faults, []);
  let broken = false;
  hsm = await openPinHsm({
    ...shimmedSettings(token),
    registeredKeys: async () => {
      if (broken) throw new Error('no database');
      return before();
    },
  });
  broken = true;
  await expect(hsm.refreshKeys()).rejects.toThrow('the registered keys could not be read');
  await enrol(hsm);
});

it('logs in once more for new keys, and never again when that is refused: three wrong logins lock a token', async () => {
  const on = await open();
  const log = new ShimLog(join(token.directory, 'shim.log'));
  const logins = () => log.calls().filter((call) => call.function === 'C_Login').length;
  const earlier = logins();
  setFaults(faults, [{ function: 'C_Login', returns: CKR_PIN_INCORRECT }]);
  registered = prepared();
  await expect(on.refreshKeys()).rejects.toThrow('it is not tried again');
  expect(logins()).toBe(earlier + 1);
  await on.refreshKeys();
  await enrol(on);
  // The host that works ends: no other may log in.
  const [host = 0] = hostPids();
  process.kill(host, 'SIGKILL');
  await until('the end of the host', () => !on.health().ready);
  expect(() => on.reserve()).toThrow(HsmUnavailable);
  await until('its process', () => !isAlive(host));
  expect(hostPids()).toEqual([]);
  expect(logins()).toBe(earlier + 1);
});
