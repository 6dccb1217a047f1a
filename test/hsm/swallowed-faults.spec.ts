import { afterAll, beforeAll, expect, it } from 'vitest';
import { CKO_SECRET_KEY, CKU_USER, Cryptoki, VENDOR_PROFILES, ckrClass, onlySlot } from '#libs/hsm/pkcs11';
import { CheckBench } from '../../libs/key-ceremony/src/acceptance/check-bench.js';
import { trustedKeyChecks } from '../../libs/key-ceremony/src/acceptance/trusted-key.js';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import type { TestToken } from '../rigs/token.js';

let token: TestToken;
let cryptoki: Cryptoki;
beforeAll(async () => {
  token = await orderSoftHsmToken(STANDARD_KEYS);
  process.env['SOFTHSM2_CONF'] = token.configuration;
  cryptoki = new Cryptoki(token.module);
});
afterAll(async () => await token.remove());

function refusalOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

it('a session or device that is gone is no answer: neither "unreadable", nor "not offered", nor "no TRUSTED key"', () => {
  cryptoki.initialize();
  const slot = onlySlot(cryptoki, token.tokenLabel);
  const session = cryptoki.openSession(slot, 'read-write');
  session.login(CKU_USER, token.tokenPin.reveal());
  const bench = new CheckBench(cryptoki, slot, session, VENDOR_PROFILES.softhsm2);
  const key = bench.makeTransportKey();
  const [secret] = session.find({ CKA_CLASS: CKO_SECRET_KEY });
  if (secret === undefined) throw new Error('no secret key on the token');
  // A module that answers: what is sensitive is not told, and what is not offered is not.
  expect(session.attributeOrNull(secret, 'CKA_VALUE')).toBeNull();
  expect(cryptoki.mechanismFlags(slot, 0x7fff_0000)).toBe(0);

  session.close();
  expect(ckrClass(refusalOf(() => session.attributeOrNull(secret, 'CKA_VALUE')))).toBe('session');
  expect(trustedKeyChecks(bench, key)).toMatchObject([
    { result: 'unknown', detail: expect.stringContaining('does not say whether there is a TRUSTED key') },
  ]);
  cryptoki.finalize();
  expect(ckrClass(refusalOf(() => cryptoki.mechanismFlags(slot, 0x7fff_0000)))).toBe('device');
});
