import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatVerifierKey, signedNote, verifierKey } from '#libs/audit';
import { KeysKit } from './keys-kit.js';

let kit: KeysKit;
let file: string;
beforeAll(async () => {
  kit = await KeysKit.open();
  file = kit.file('init');
  const made = await kit.run(['keys', 'init', '--yes', '--transport-bits', '2048', '--record', file]);
  expect(made).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const verify = (record: string, ...more: readonly string[]) =>
  kit.run(['keys', 'verify-record', record, ...more], {
    PKCS11_TOKEN_PIN: undefined,
    PKCS11_SO_PIN: undefined,
  });

it('a record can be verified before a service has ever run', async () => {
  const checked = await verify(file);
  expect(checked).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('which the database has registered'),
  });
  expect(JSON.parse(checked.stdout)).toMatchObject({ action: 'init' });
  // An auditor without the database, who was given the key at the ceremony.
  expect(await verify(file, '--keys', `${file}.keys`)).toMatchObject({ code: 0 });
});

it('a forged one is refused, also with a key of the forger beside it', async () => {
  const forged = kit.file('forged');
  const [text = ''] = readFileSync(file, 'utf8').split('\n\n');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const changed = `${text.replace('"init"', '"other"')}\n`;
  const raw = sign('sha256', Buffer.from(changed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const key = verifierKey('pinward/audit', publicKey);
  writeFileSync(forged, signedNote(changed, key, raw));
  writeFileSync(`${forged}.keys`, `${formatVerifierKey(key)}\n`);
  expect(await verify(forged)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no verifier key to believe'),
  });
  copyFileSync(`${file}.keys`, `${forged}.keys`);
  expect(await verify(forged)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('signed by no known key'),
  });
});

it('so can an inventory of many generations', async () => {
  for (let round = 0; round < 8; round += 1)
    await kit.run(['keys', 'rotate', 'otp', '--yes', '--record', kit.file(`otp-${round}`)]);
  const inventory = kit.file('inventory');
  expect(await kit.run(['keys', 'record', '--record', inventory])).toMatchObject({ code: 0 });
  expect(readFileSync(inventory, 'utf8').length).toBeGreaterThan(16_384);
  expect(await verify(inventory)).toMatchObject({ code: 0 });
}, 180_000);
