import { describe, expect, it } from 'vitest';
import {
  ckrClass,
  ckrOf,
  ckrText,
  isAlreadyInitialized,
  isAlreadyLoggedIn,
  isTemplateConflict,
  loginVerdict,
  useVendorErrors,
} from './ckr.js';

const coded = (code: number) => Object.assign(new Error('CKR_VENDOR_DEFINED'), { code });

describe('CKR numbers', () => {
  it('are read from every shape in which the binding throws them', () => {
    expect(ckrOf(coded(0xb3))).toBe(0xb3);
    expect(ckrOf(new Error('CKR_ATTRIBUTE_READ_ONLY:16'))).toBe(16);
    expect(ckrOf(Object.assign(new Error('CKR_OK:209'), { code: 0 }))).toBe(209);
    // Vendors' numbers have the highest bit set and may arrive as a negative integer.
    expect(ckrOf(coded(-2147483646))).toBe(0x80000002);
    for (const no of [
      new Error('another'),
      'CKR_X:5',
      undefined,
      Object.assign(new Error('x'), { code: 'EPIPE' }),
    ]) {
      expect(ckrOf(no)).toBeNull();
    }
  });

  it.each([
    ['session', [0xb0, 0xb3, 0x82, 0x60, 0x113, 0xf0]],
    ['device', [0x30, 0x32, 0xe0, 0xe1, 0x101, 0x190, 0x80000000, 0xce534351]],
    ['token-pin', [0xa0, 0xa4, 0xa3, 0x102]],
    // The answers of SoftHSM2, NSS and opencryptoki to garbage: never a verdict on the device by themselves.
    ['other', [0x5, 0x6, 0x7, 0x21, 0x40, 0x41, 0x110, 0x112]],
  ] as const)('of class %s', (name, codes) => {
    for (const code of codes) expect([code, ckrClass(coded(code))]).toEqual([code, name]);
  });

  it.each([
    ['not-judged', [0x2, 0x30, 0x31, 0x32, 0xb0, 0xb3, 0xe0, 0xe1, 0x190]],
    ['unclear', [0x5, 0x6]],
    // A vendor's number may mean a wrong PIN; so may a number that the standard does not list for C_Login.
    ['refused', [0xa0, 0xa1, 0xa4, 0x102, 0x103, 0x101, 0x7, 0x50, 0x80000000, 0x80000123]],
  ] as const)('of a login: %s', (verdict, codes) => {
    for (const code of codes) expect([code, loginVerdict(coded(code))]).toEqual([code, verdict]);
  });

  it('of a login that did not come from the module count as a refusal', () => {
    expect(loginVerdict(new Error('another'))).toBe('refused');
  });

  it("of a login are a vendor's for device or session only where the deployment says so", () => {
    useVendorErrors({
      '0x80000123': 'device',
      '0x80000124': 'session',
      '0x80000125': 'other',
      '0xa0': 'device',
    });
    const verdicts = [0x80000123, 0x80000124, 0x80000125, 0xa0].map((code) => loginVerdict(coded(code)));
    useVendorErrors({});
    expect(verdicts).toEqual(['not-judged', 'not-judged', 'refused', 'refused']);
  });

  it('of calls that were already done mean that all is well', () => {
    expect([isAlreadyInitialized(coded(0x191)), isAlreadyInitialized(coded(0x190))]).toEqual([true, false]);
    expect([isAlreadyLoggedIn(coded(0x100)), isAlreadyLoggedIn(coded(0x101))]).toEqual([true, false]);
    expect([isTemplateConflict(coded(0xd1)), isTemplateConflict(coded(0xd0))]).toEqual([true, false]);
  });

  it('are all that a message repeats of an error', () => {
    expect(ckrText(coded(0xa4))).toBe('CKR 0xa4');
    expect(ckrText(new Error('secret'))).toBe('an error outside the module');
  });
});
