import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPinHsm, TokenPin, type RegisteredKey } from '#libs/hsm';
import { readRegisteredKeys, registerKeys } from '#libs/keys';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { createTestDatabase } from '../rigs/postgres.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { HOST_ENTRY, makeTestToken, parseKeysFile, SOFTHSM_MODULE } from '../rigs/token.js';

const run = promisify(execFile);
const SET_UP = join(PROJECT_ROOT, 'dist/softhsm/set-up-token.js');
const USER_PIN = '20416391';

describe('set-up-token', () => {
  let directory: string;
  const path = (name: string) => join(directory, name);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pinward-set-up-'));
    writeFileSync(path('user-pin'), `${USER_PIN}\n`, { mode: 0o600 });
    writeFileSync(path('so-pin'), '57721566\n', { mode: 0o600 });
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const setUp = (...more: readonly string[]) =>
    run(process.execPath, [
      SET_UP,
      '--module',
      SOFTHSM_MODULE,
      '--label',
      'dev',
      '--rsa-bits',
      '2048',
      '--user-pin-file',
      path('user-pin'),
      '--so-pin-file',
      path('so-pin'),
      '--out',
      path('keys.json'),
      '--conf',
      path('softhsm2.conf'),
      '--token-dir',
      path('tokens'),
      ...more,
    ]);
  /** Every file but the one in which SoftHSM2 notes each login. */
  const contents = () =>
    filesIn(directory)
      .filter((file) => !file.endsWith('/token.object'))
      .map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]);
  const open = () =>
    openPinHsm({
      module: SOFTHSM_MODULE,
      tokenLabel: 'dev',
      tokenPin: new TokenPin(USER_PIN),
      profile: 'softhsm2',
      workers: 1,
      queueCapacity: 1,
      allowWeakEnforcement: false,
      weakPins: [],
      evaluationWindowMs: 10_000,
      registeredKeys: async () => parseKeysFile(readFileSync(path('keys.json'), 'utf8')),
      reserveSeals: async () => undefined,
      environment: { PATH: process.env['PATH'], SOFTHSM2_CONF: path('softhsm2.conf') },
      hostEntry: HOST_ENTRY,
    });

  it('makes a token that the service accepts, readable by no other user', async () => {
    const { stdout } = await setUp();
    expect(stdout).toBe(
      'made pin-transport-1\nmade pin-wrapping-1\nmade lookup-1\nmade otp-1\nmade card-vault-1\nmade secrets-1\nmade token-signing-1\nmade audit-signing-1\nmade manifest-signing-1\n',
    );
    await (await open()).close();
    const modes = [...filesIn(path('tokens')), path('softhsm2.conf'), path('keys.json')].map(modeOf);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(modeOf(path('tokens'))).toBe(0o700);
  });

  it('changes nothing the second time', async () => {
    await setUp();
    const before = contents();
    const { stdout } = await setUp();
    expect(stdout).toBe('');
    expect(contents()).toEqual(before);
  });

  it('adds what is missing to a token that another tool made', async () => {
    writeFileSync(path('softhsm2.conf'), `directories.tokendir = ${path('')}\nobjectstore.backend = file\n`);
    execFileSync(
      'softhsm2-util',
      ['--init-token', '--free', '--label', 'dev', '--pin', USER_PIN, '--so-pin', '57721566'],
      { env: { PATH: process.env['PATH'], SOFTHSM2_CONF: path('softhsm2.conf') }, stdio: 'ignore' },
    );
    await setUp();
    const hsm = await open();
    expect(hsm.health()).toMatchObject({ ready: true });
    await hsm.close();
  });

  it('brings a token and a database of an earlier version up to date, and leaves their keys alone', async () => {
    const older = await orderSoftHsmToken(STANDARD_KEYS.filter(({ kind }) => kind !== 'token-signing'));
    writeFileSync(path('user-pin'), `${older.tokenPin.reveal()}\n`, { mode: 0o600 });
    writeFileSync(path('so-pin'), `${older.officerPin}\n`, { mode: 0o600 });
    const { stdout } = await setUp('--label', older.tokenLabel, '--conf', older.configuration);
    expect(stdout).toBe('made token-signing-1\n');
    const keys = parseKeysFile(readFileSync(path('keys.json'), 'utf8'));
    const transport = ({ kind }: RegisteredKey) => kind === 'pin-transport';
    expect(keys.find(transport)).toEqual(older.registeredKeys.find(transport));
    await using database = await createTestDatabase();
    const owner = await database.open({ url: database.ownerUrl });
    await registerKeys(
      owner,
      keys.filter(({ kind }) => kind !== 'token-signing'),
    );
    await registerKeys(owner, keys);
    const registered = await readRegisteredKeys(owner);
    for (const key of keys) expect(registered).toContainEqual(expect.objectContaining(key));
    await older.remove();
  });

  it('says what is missing, what is wrong, and how it is used', async () => {
    const help = await run(process.execPath, [SET_UP, '--help']);
    expect(help.stdout).toContain('--user-pin-file');
    await expect(run(process.execPath, [SET_UP])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--module is missing'),
    });
    await expect(setUp('--rsa-bits', '1024')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--rsa-bits'),
    });
    writeFileSync(path('user-pin'), 'not-the-pin\n', { mode: 0o600 });
    await setUp().catch(() => undefined);
    writeFileSync(path('user-pin'), `${USER_PIN}\n`, { mode: 0o600 });
    const refused = setUp();
    await expect(refused).rejects.toMatchObject({ code: 1 });
    await expect(refused).rejects.not.toMatchObject({ stderr: expect.stringContaining(USER_PIN) });
  });
});

describe('makeTestToken', () => {
  it('copies a token that was made once', async () => {
    const [one, other] = await Promise.all([makeTestToken(), makeTestToken()]);
    const third = await makeTestToken();
    expect(third.registeredKeys).toEqual(one.registeredKeys);
    expect(new Set([one.directory, other.directory, third.directory]).size).toBe(3);
    expect(readFileSync(third.configuration, 'utf8')).toContain(third.directory);
    await Promise.all([one.remove(), other.remove(), third.remove()]);
  });
});

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function modeOf(file: string): number {
  return statSync(file).mode & 0o777;
}
