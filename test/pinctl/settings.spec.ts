import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatVerifierKey, verifierKey } from '#libs/audit';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { pinctl } from './run-pinctl.js';

const NOWHERE = { PINWARD_VAR_DIR: '/nowhere' };
const TOKEN = { PKCS11_MODULE: '/nowhere/libsofthsm2.so', PKCS11_TOKEN_LABEL: 'none' };

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'pinward-pinctl-settings-'));
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'verifier.keys'), `${formatVerifierKey(verifierKey('tests', publicKey))}\n`);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database[Symbol.asyncDispose]();
});

function secretFile(name: string, content: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}
const run = (line: string, environment: Readonly<Record<string, string>>) =>
  pinctl(line.split(' '), { ...NOWHERE, ...environment });

describe('what a command asks for', () => {
  it("is the owner's URL alone, where only the owner may do it", async () => {
    const owner = { MIGRATION_DATABASE_URL_FILE: secretFile('owner', database.ownerUrl) };
    expect(await run('db migrate --yes --json', owner)).toMatchObject({ code: 0, stderr: '' });
    expect(await run('db status', owner)).toMatchObject({ code: 0, stderr: '' });
    expect(await run('audit expire 2020-01 --yes', owner)).toMatchObject({
      code: 1,
      stderr: expect.not.stringMatching(/DATABASE_URL|PKCS11|AUDIT_/),
    });
  });

  it.each([
    ['db migrate --yes', {}],
    ['audit expire 2020-01 --yes', {}],
    ['cards acknowledge-loss --reason tests --yes', {}],
    ['audit reconcile --events-lost --powers-stand --checkpoint /nowhere --keys KEYS --yes', {}],
    ['restore --checkpoint /nowhere --keys KEYS --yes', {}],
    ['keys init --yes', TOKEN],
    ['keys rotate otp --yes', TOKEN],
    ['keys retire otp-1 --yes', TOKEN],
    ['keys orphans', TOKEN],
    ['keys reseal lookup', TOKEN],
  ])("is said to be the owner's URL, and no other, by %s", async (line, environment) => {
    const { code, stderr } = await run(line.replace('KEYS', join(folder, 'verifier.keys')), environment);
    expect(code).toBe(1);
    expect(stderr).toContain('set MIGRATION_DATABASE_URL(_FILE)');
    expect(stderr).not.toMatch(/(?<!MIGRATION_)DATABASE_URL|npm start/);
  });

  it.each([
    'db status',
    'keys list',
    'clients list',
    'persons list',
    'tenants list',
    'policy show',
    'brakes list',
    'audit export',
    'cards verify',
  ])('is the URL of the service role alone by %s', async (line) => {
    const { code, stderr } = await run(line, {});
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'pinctl: no database: set DATABASE_URL or DATABASE_URL_FILE, or run npm start beside this\n',
    });
    const found = await run(line, { DATABASE_URL: database.serviceUrl });
    expect(found.stderr).not.toMatch(/MIGRATION_DATABASE_URL|PKCS11|configuration/);
  });

  it('is never the database that npm start runs, once one of the two roles is named', async () => {
    secretFile('dev.json', JSON.stringify({ databaseUrl: database.serviceUrl }));
    const owner = { PINWARD_VAR_DIR: folder, MIGRATION_DATABASE_URL: 'postgresql://owner@127.0.0.1:1/none' };
    expect(await pinctl(['clients', 'list'], owner)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no database: set DATABASE_URL'),
    });
    expect(await pinctl(['clients', 'list'], { PINWARD_VAR_DIR: folder })).toMatchObject({ code: 0 });
  });
});

describe('what is wrong with the settings', () => {
  it('is told in one go, secrets in files that others can read among it', async () => {
    const { code, stderr } = await run('keys init --yes', {
      PKCS11_TOKEN_LABEL: 'a label of more than thirty-two characters',
      PKCS11_TOKEN_PIN_FILE: secretFile('pin', '12345678', 0o644),
      PKCS11_SO_PIN: ' 87654321',
      PKCS11_PROFILE_FILE: '/nowhere/profile.json',
      MIGRATION_DATABASE_URL: 'key=value',
      DATABASE_URL_FILE: '/nowhere/url',
      CLIENT_SECRET_OVERLAP_HOURS: 'many',
    });
    expect(code).toBe(1);
    for (const words of [
      'PKCS11_MODULE:',
      'PKCS11_TOKEN_LABEL:',
      'PKCS11_TOKEN_PIN_FILE can be used by every user (mode 0644)',
      'PKCS11_SO_PIN begins or ends with a blank',
      'PKCS11_PROFILE_FILE:',
      'MIGRATION_DATABASE_URL: is in the key=value form',
      'DATABASE_URL_FILE cannot be read (ENOENT)',
      'CLIENT_SECRET_OVERLAP_HOURS: must be a whole number',
    ])
      expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/12345678|87654321|^ +at /m);
  });
});
