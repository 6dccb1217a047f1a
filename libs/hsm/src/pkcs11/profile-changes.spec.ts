import { afterEach, expect, it } from 'vitest';
import { ckrClass, useVendorErrors } from './ckr.js';
import { parseProfileChanges } from './profile-changes.js';
import { profileOf, VENDOR_PROFILES } from './vendor-profiles.js';

afterEach(() => useVendorErrors({}));

it('changes what it names and nothing else', () => {
  const text = `{
    "aesKeyWrap": { "mechanism": "0x2109", "parameter": "a6a6a6a6a6a6a6a6" },
    "valueLenOnUnwrap": false, "userType": "0x1"
  }`;
  expect(profileOf('luna', parseProfileChanges(text))).toEqual({
    ...VENDOR_PROFILES.luna,
    aesKeyWrap: { mechanism: 0x2109, parameter: Buffer.alloc(8, 0xa6) },
    valueLenOnUnwrap: false,
    userType: 1,
  });
  const without = parseProfileChanges('{ "aesKeyWrap": { "mechanism": "0x2109" } }');
  expect(profileOf('luna', without).aesKeyWrap).toEqual({ mechanism: 0x2109 });
  expect(profileOf('luna', undefined)).toBe(VENDOR_PROFILES.luna);
});

it('takes what no longer makes a difference', () => {
  expect(profileOf('nss', parseProfileChanges('{ "gcmParameters": "current" }'))).toEqual(
    VENDOR_PROFILES.nss,
  );
});

it('says what an error number of the vendor means, which is trouble otherwise', () => {
  const error = Object.assign(new Error('CKR_VENDOR_DEFINED'), { code: 0x80000123 });
  expect(ckrClass(error)).toBe('device');
  useVendorErrors(
    parseProfileChanges('{ "errors": { "0x80000123": "session", "0x5": "device" } }').errors ?? {},
  );
  expect(ckrClass(error)).toBe('session');
  expect(ckrClass(Object.assign(new Error('CKR_GENERAL_ERROR'), { code: 5 }))).toBe('device');
  expect(ckrClass(Object.assign(new Error('CKR_VENDOR_DEFINED'), { code: 0x80000124 }))).toBe('device');
});

it.each([
  ['[]', /it: /],
  ['{', /is not JSON/],
  ['{ "other": true }', /other/],
  ['{ "userType": 1 }', /userType/],
  ['{ "aesKeyWrap": { "mechanism": "8457" } }', /aesKeyWrap.mechanism: must be a hexadecimal number/],
  ['{ "gcmIv": "module" }', /gcmIv/],
  ['{ "errors": { "0x5": "fatal" } }', /errors.0x5/],
])('refuses %s', (text, fault) => {
  expect(() => parseProfileChanges(text)).toThrow(fault);
});
