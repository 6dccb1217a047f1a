import { expect, it } from 'vitest';
import { SecretText } from '#libs/secret-text';
import { FakeHsm } from '../../../test/support/fake-hsm.js';
import { codeAssociatedData, newCode, otpMac, type OtpBinding } from './one-time-code.js';

const BINDING: OtpBinding = { tenantId: 't1', cardId: 'c1', purpose: 'pin-reset', otpId: 'o1' };

/** An HSM that remembers each input of a MAC: the bytes themselves, and a copy of their content at that time. */
async function watchedHsm() {
  const hsm = await FakeHsm.open();
  const mac = hsm.mac.bind(hsm);
  const given = { bytes: Buffer.alloc(0), text: '' };
  hsm.mac = async (kind, input, generation) => {
    Object.assign(given, { bytes: input, text: `${kind} ${input.toString('latin1')}` });
    return await mac(kind, input, generation);
  };
  return { hsm, given };
}

it('a code is kept as the MAC of all that it is bound to, each part behind its length', async () => {
  const { hsm, given } = await watchedHsm();
  const mac = await otpMac(hsm, BINDING, new SecretText('012345'));
  const input = '\0\x0epinward:otp:v1\0\x02t1\0\x02c1\0\x09pin-reset\0\x02o1\0\x06012345';
  expect(given.text).toBe(`otp ${input}`);
  expect(mac).toEqual(await hsm.mac('otp', Buffer.from(input, 'latin1')));
});

it('the bytes that held the code are zeroed, also when the HSM fails', async () => {
  const { hsm, given } = await watchedHsm();
  await otpMac(hsm, BINDING, newCode());
  expect(given.bytes).toEqual(Buffer.alloc(given.bytes.length));
  await expect(otpMac(hsm, BINDING, newCode(), 2)).rejects.toThrow();
  expect(given.bytes).toEqual(Buffer.alloc(given.bytes.length));
});

it('a sealed code belongs to one event of one tenant', () => {
  expect(codeAssociatedData(BINDING)).toEqual(['outbox_events.sealed', 't1', 'o1']);
});

it('a code has six digits, each of them any of ten, and does not follow from another', () => {
  const codes = Array.from({ length: 1_000 }, () => newCode().reveal());
  for (const code of codes) expect(code).toMatch(/^\d{6}$/);
  for (const place of [0, 1, 2, 3, 4, 5]) expect(new Set(codes.map((code) => code[place])).size).toBe(10);
  expect(new Set(codes).size).toBeGreaterThan(980);
});
