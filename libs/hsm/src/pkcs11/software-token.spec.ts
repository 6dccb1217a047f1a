import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { mappedFiles, missingHardwareFlag, softwareFindings } from './software-token.js';

const HARDWARE = { info: { manufacturer: 'Vendor', model: 'Luna K7' }, mappedFiles: [] };

it('finds nothing about a hardware token', () => {
  expect(softwareFindings(HARDWARE)).toEqual({ software: [], notSoftHsm: [], unknown: [] });
  expect(missingHardwareFlag({ slotFlags: 0x5 })).toBeNull();
  expect(missingHardwareFlag({ slotFlags: 0x1 })).toContain('CKF_HW_SLOT');
});

it.each([
  '/x/libsofthsm2.so',
  '/x/pkcs11-spy.so',
  '/x/libpkcs11_sw.so.0.0.0',
  '/x/libsoftokn3.so',
  '/x/p11-kit-client.so',
  '/x/p11-kit-proxy.so',
])('finds %s among the mapped files', (path) => {
  expect(softwareFindings({ ...HARDWARE, mappedFiles: [path] })).toMatchObject({
    software: [expect.stringContaining(path)],
    notSoftHsm: path.includes('softhsm') ? [] : [expect.stringContaining(path)],
    unknown: [],
  });
});

it.each([
  ['SoftHSM2', 'SOFTHSM2_CONF'],
  ['pkcs11-spy', 'PKCS11SPY_OUTPUT'],
  ['NSS', 'NSS Generic Crypto Services'],
  ['openCryptoki', 'IBM SoftTok'],
  ['p11-kit', 'P11_KIT_SERVER_ADDRESS'],
])('finds %s under another name by what its file holds', (name, mark) => {
  const folder = mkdtempSync(join(tmpdir(), 'pinward-mapped-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [file, other] = [join(folder, 'libvendor.so'), join(folder, 'libother.so')];
  writeFileSync(file, `\x7fELF\0${mark}\0`);
  writeFileSync(other, '\x7fELF\0VENDOR_CONF\0');
  const { software, notSoftHsm, unknown } = softwareFindings({ ...HARDWARE, mappedFiles: [other, file] });
  expect(software).toEqual([expect.stringContaining(file)]);
  expect(software[0]).toContain(name);
  expect(notSoftHsm).toEqual(name === 'SoftHSM2' ? [] : software);
  expect(unknown).toEqual([]);
});

it.each(['IBM SoftTok', 'SoftHSM v2', 'Soft', 'NSS 3'])('finds a token that calls itself %s', (model) => {
  const { software, notSoftHsm } = softwareFindings({ ...HARDWARE, info: { manufacturer: 'IBM', model } });
  expect(software).toHaveLength(1);
  expect(notSoftHsm).toEqual(model.startsWith('SoftHSM') ? [] : software);
});

it('does not take a mapped file for harmless that cannot be read', () => {
  const found = softwareFindings({ ...HARDWARE, mappedFiles: ['/x/libvendor.so (deleted)'] });
  expect(found.software).toEqual([]);
  expect(found.unknown).toEqual([expect.stringMatching(/libvendor\.so .*cannot be read \(ENOENT\)/)]);
});

it('sees the files of this process', () => {
  expect(mappedFiles().some((path) => path.includes('libc'))).toBe(true);
});
