import { expect, it } from 'vitest';
import { mappedFiles, missingHardwareFlag, softwareFindings } from './software-token.js';

const HARDWARE = { info: { manufacturer: 'Vendor', model: 'Luna K7' }, mappedFiles: ['/lib/libvendor.so'] };

it('finds nothing about a hardware token', () => {
  expect(softwareFindings(HARDWARE)).toEqual([]);
  expect(missingHardwareFlag({ slotFlags: 0x5 })).toBeNull();
  expect(missingHardwareFlag({ slotFlags: 0x1 })).toContain('CKF_HW_SLOT');
});

it.each(['/x/libsofthsm2.so', '/x/pkcs11-spy.so', '/x/libpkcs11_sw.so.0.0.0', '/x/libsoftokn3.so'])(
  'finds %s among the mapped files',
  (path) => {
    expect(softwareFindings({ ...HARDWARE, mappedFiles: ['/lib/libvendor.so', path] })).toHaveLength(1);
  },
);

it.each(['IBM SoftTok', 'SoftHSM v2', 'Soft', 'NSS 3'])('finds a token that calls itself %s', (model) => {
  expect(softwareFindings({ ...HARDWARE, info: { manufacturer: 'IBM', model } })).toHaveLength(1);
});

it('sees the files of this process', () => {
  expect(mappedFiles().some((path) => path.includes('libc'))).toBe(true);
});
