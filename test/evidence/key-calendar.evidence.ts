import { afterAll, beforeAll, expect, it } from 'vitest';
import { isUsable, KEY_KINDS, keyLabel, openPinHsm, TokenPin } from '#libs/hsm';
import type { CeremonyToken } from '#libs/key-ceremony';
import { readRegisteredKeys } from '#libs/keys';
import { CeremonyCalendar, openToken } from '../pinctl/ceremony-calendar.js';
import { KeysKit, SECRETS } from '../pinctl/keys-kit.js';
import { scaled } from '../support/scale.js';
import { HOST_ENTRY } from '../rigs/token.js';

/** Three years, transport keys each week; in small the first hundred days, in which two kinds come round. */
const DAYS = scaled({ ci: 100, full: 3 * 365 + 10 });

let kit: KeysKit;
let token: CeremonyToken;
beforeAll(async () => {
  kit = await KeysKit.open();
  token = openToken(kit);
});
afterAll(async () => {
  token[Symbol.dispose]();
  await kit[Symbol.asyncDispose]();
});

it('the key calendar, with a transport key each week: rotated, retired, and started from at the end', async () => {
  const calendar = new CeremonyCalendar(kit, token);
  await calendar.begin();
  await calendar.play(DAYS);
  const { rotated, retired } = calendar.done;
  console.log(`key calendar: ${DAYS} days, ${JSON.stringify(rotated)}`);
  expect(rotated['pin-transport']).toBe(Math.floor(DAYS / 7));
  expect(rotated.otp).toBe(Math.floor(DAYS / 90));
  for (const kind of KEY_KINDS) expect(rotated[kind] - retired[kind]).toBeLessThanOrEqual(1);
  const keys = await readRegisteredKeys(kit.owner);
  const known = new Set(keys.map(keyLabel));
  expect(token.objects().filter(({ label }) => !known.has(label))).toEqual([]);
  expect(keys.filter(isUsable).length).toBeLessThanOrEqual(KEY_KINDS.length + 2);
  const { PKCS11_MODULE: module = '', PKCS11_TOKEN_LABEL: tokenLabel = '' } = kit.environment;
  const hsm = await openPinHsm({
    module,
    tokenLabel,
    tokenPin: new TokenPin(SECRETS.userPin),
    profile: 'softhsm2',
    workers: 1,
    queueCapacity: 4,
    weakPins: [],
    allowWeakEnforcement: false,
    evaluationWindowMs: 10_000,
    registeredKeys: () => readRegisteredKeys(kit.owner),
    reserveSeals: async () => undefined,
    environment: kit.environment,
    hostEntry: HOST_ENTRY,
  });
  expect(hsm.health().ready).toBe(true);
  await hsm.close();
}, 3_600_000);
