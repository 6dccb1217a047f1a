import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPinHsm, type PinHsm, type PinVerifier, type Sealed, type TransportKey } from '#libs/hsm';
import { bounds, CARD, envelopeFor, evaluationName, NEW_PLACE } from '../support/envelopes.js';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { writeConfiguration, type TestToken } from '../rigs/token.js';
import { shimmedSettings } from './shimmed-hsm.js';

/**
 * Several HSMs are one by the vendor's cloning: keys that cannot be exported reach a second one only so. A copied token
 * directory stands in for it.
 */
const PIN = '483216';
let token: TestToken;
let copy: TestToken;
let first: PinHsm;
let second: PinHsm;

beforeAll(async () => {
  token = await orderSoftHsmToken(STANDARD_KEYS);
  copy = await copied(token);
  [first, second] = await Promise.all([openPinHsm(settings(token)), openPinHsm(settings(copy))]);
});
afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
  await Promise.all([token.remove(), copy.remove()]);
});

async function copied(of: TestToken): Promise<TestToken> {
  const directory = await mkdtemp(join(tmpdir(), 'pinward-copy-'));
  await cp(of.directory, directory, { recursive: true });
  await writeConfiguration(directory);
  const configuration = join(directory, 'softhsm2.conf');
  return {
    ...of,
    directory,
    configuration,
    environment: { ...of.environment, SOFTHSM2_CONF: configuration },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function settings(of: TestToken) {
  // The same keys are registered for both: there is one database.
  return { ...shimmedSettings(of), module: of.module, environment: of.environment };
}

async function match(on: PinHsm, key: TransportKey, verifier: PinVerifier) {
  using place = on.reserve();
  const envelope = await envelopeFor(PIN, key);
  return await on.matchPin(place, {
    card: CARD,
    evaluation: evaluationName(),
    envelope,
    verifier,
    bounds: bounds(),
  });
}

it('opens, on either, what was made on the other', async () => {
  const [key] = first.transportKeys();
  if (key === undefined) throw new Error('no transport key');
  expect(second.transportKeys()).toEqual(first.transportKeys());
  const weakPins = await first.tagWeakPins(CARD);
  using place = first.reserve();
  const envelope = await envelopeFor(PIN, key);
  const enrolment = { card: CARD, ...NEW_PLACE, envelope, weakPins, history: [], bounds: bounds() };
  const enrolled = await first.enrolPin(place, enrolment);
  if (enrolled.outcome !== 'enrolled') throw new Error(enrolled.outcome);
  expect(await match(second, key, enrolled.verifier)).toMatchObject({ matched: true, renewed: null });
  const owner = ['card_data.pan', 'default', CARD.cardId];
  const sealed: Sealed = await second.seal('card-vault', Buffer.from('a value'), owner);
  expect(await first.open('card-vault', sealed, owner)).toEqual(Buffer.from('a value'));
  expect(await first.mac('lookup', Buffer.from('x'))).toEqual(await second.mac('lookup', Buffer.from('x')));
});

it('is refused by name where a key has not been cloned', async () => {
  const incomplete = await copied(token);
  const [slot = ''] = await readdir(join(incomplete.directory, 'tokens'));
  const objects = (await readdir(join(incomplete.directory, 'tokens', slot))).filter((name) =>
    /^[0-9a-f-]+\.object$/.test(name),
  );
  let refusals = 0;
  for (const object of objects.slice(0, 3)) {
    await rm(join(incomplete.directory, 'tokens', slot, object));
    await expect(openPinHsm(settings(incomplete))).rejects.toThrow(
      /-1 \(CKA_LABEL\): is registered but not on the token|-1 \(CKA_EC_POINT\)/,
    );
    refusals += 1;
  }
  expect(refusals).toBe(3);
  await incomplete.remove();
});
