import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { KeysKit, SECRETS } from './keys-kit.js';

const ENTRY = join(PROJECT_ROOT, 'dist/apps/pinctl/src/main.js');
const INIT = ['keys', 'init', '--yes', '--transport-bits', '2048'];

let kit: KeysKit;
beforeAll(async () => {
  kit = await KeysKit.open();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const tokens = () => kit.file('tokens');
const copies = () => readdirSync(kit.folder).filter((name) => name.startsWith('tokens.before-ceremony-'));
const init = async () => await kit.run([...INIT, '--record', kit.file(`record-${Date.now()}`)]);

function objects(): readonly string[] {
  const files = readdirSync(tokens(), { recursive: true, withFileTypes: true });
  return files
    .filter(({ name }) => name.endsWith('.object'))
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** SIGKILL as soon as it has said this. */
async function killedAt(word: string): Promise<void> {
  const child = spawn(process.execPath, [ENTRY, ...INIT, '--record', kit.file('never')], {
    env: { ...kit.environment, PKCS11_TOKEN_PIN: SECRETS.userPin, PKCS11_SO_PIN: SECRETS.officerPin },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said += part;
    if (said.includes(word)) child.kill('SIGKILL');
  });
  await closed;
  expect([child.signalCode, said]).toEqual(['SIGKILL', expect.stringContaining(word)]);
}

it('a ceremony that fails by itself leaves no copy behind', async () => {
  const wrong = await kit.run([...INIT, '--record', kit.file('wrong')], { PKCS11_TOKEN_PIN: 'no-such-pin' });
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('copied SoftHSM2');
  expect(copies()).toEqual([]);
});

it('a killed one leaves the token as it was before, for its owner alone, and says how to go back to it', async () => {
  const before = kit.file('kept-by-the-test');
  cpSync(tokens(), before, { recursive: true });
  await killedAt('made ');
  const [copy = ''] = copies();
  expect(copies()).toHaveLength(1);
  expect(statSync(kit.file(copy)).mode & 0o777).toBe(0o700);
  expect(readdirSync(kit.file(copy), { recursive: true }).toSorted()).toEqual(
    readdirSync(before, { recursive: true }).toSorted(),
  );
  // A write that was cut off, as SoftHSM2 leaves it: of the token itself, so that it is lost.
  for (const object of objects()) truncateSync(object);
  const refused = await init();
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('the token is damaged');
  // Nothing was begun on it.
  expect(refused.stderr).not.toContain('until this one has');
  expect(refused.stderr).toContain(`mv ${kit.file(copy)} ${tokens()}`);
  expect(copies()).toEqual([copy]);

  renameSync(tokens(), `${tokens()}.damaged`);
  renameSync(kit.file(copy), tokens());
  const again = await init();
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toContain('Registered');
  expect(copies()).toEqual([]);
});

it('a killed one that left the token whole is gone on with, and its copy kept until that has ended', async () => {
  rmSync(`${tokens()}.damaged`, { recursive: true });
  const rotate = ['keys', 'rotate', 'lookup', '--yes', '--record', kit.file('rotated')];
  cpSync(tokens(), `${tokens()}.before-ceremony-earlier`, { recursive: true });
  const rotated = await kit.run(rotate);
  expect(rotated).toMatchObject({ code: 0 });
  expect(rotated.stderr).toContain('a ceremony did not end');
  expect(existsSync(`${tokens()}.before-ceremony-earlier`)).toBe(false);
});
