import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encryptPinFor, type EncryptedPin } from '#libs/client';
import { FINDINGS, publishedTestKeys } from '#libs/client/check-envelope';
import { InstalledClient } from '../client/installed-client.js';
import { codeBlocksOf } from '../client/snippets.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { tableRows } from './markdown-table.js';

const FOLDER = join(PROJECT_ROOT, 'docs/vectors');
const page = readFileSync(join(FOLDER, 'README.md'), 'utf8');

describe('docs/vectors/README.md', () => {
  it('explains every finding in its own words', () => {
    const rows = tableRows(page).filter(([code]) => /^`[A-Z0-9_]+`$/.test(code ?? ''));
    const told = rows.map(([code = '', ...words]) => [code.replaceAll('`', ''), ...words]);
    expect(told).toEqual(Object.entries(FINDINGS).map(([code, [title, remedy]]) => [code, title, remedy]));
  });

  it.each(readdirSync(FOLDER).filter((file) => file.endsWith('.json')))(
    'explains every member of %s',
    (file) => {
      const content = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, unknown>;
      const [, section = ''] = page.split(`### ${file}\n`);
      const [own = ''] = section.split('\n### ');
      const general = page.split('## The files')[1]?.split('\n### ')[0] ?? '';
      const entries = Object.values(content).filter((value) => Array.isArray(value)) as Record<
        string,
        unknown
      >[][];
      const members = [content, ...entries.flat()].filter((value) => typeof value === 'object');
      const names = new Set(members.flatMap((value) => Object.keys(value)));
      // Those of a published key are the JWK's.
      for (const name of ['kty', 'kid', 'alg', 'use', 'n', 'e', 'expiresAt']) names.delete(name);
      expect([...names].filter((name) => !`${general}${own}`.includes(`\`${name}\``))).toEqual([]);
    },
  );
});

describe('its commands and its program', () => {
  const card = { pinAccount: '987654321098', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
  const [commands = '', program = ''] = ['sh', 'ts'].map(
    (language) => codeBlocksOf('vectors/README.md').find((block) => block.language === language)?.text,
  );
  let installed: InstalledClient;
  let envelope: EncryptedPin;
  let wrong: EncryptedPin;

  beforeAll(async () => {
    installed = await InstalledClient.make();
    const [key] = publishedTestKeys();
    if (key === undefined) throw new Error('no key');
    envelope = await encryptPinFor({ pin: '4071', ...card, key });
    wrong = { ...envelope, ciphertext: `${envelope.ciphertext}==` };
  });
  afterAll(() => installed[Symbol.dispose]());

  async function run(given: EncryptedPin): Promise<string> {
    installed.file('envelope.json', JSON.stringify(given));
    const { stdout } = await promisify(execFile)('bash', ['-ec', commands], { cwd: installed.project });
    return stdout;
  }

  it('print the keys, and say that an envelope is right or what is wrong with it', async () => {
    expect(await run(envelope)).toBe('The envelope is right.\n');
    const { keys } = JSON.parse(readFileSync(join(installed.project, 'keys.json'), 'utf8')) as {
      keys: unknown;
    };
    expect(keys).toEqual(publishedTestKeys());
    const stdout = expect.stringMatching(/^CIPHERTEXT_PADDED\n/);
    await expect(run(wrong)).rejects.toMatchObject({ code: 1, stdout });
  });

  it('give the findings', async () => {
    const given = Object.entries({ envelope: wrong, ...card });
    const constants = given.map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
    const file = installed.file('program.mjs', `${program}\nconsole.log(JSON.stringify(findings));`);
    writeFileSync(file, `${constants.join('')}${readFileSync(file, 'utf8')}`);
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    expect(JSON.parse(stdout)).toMatchObject([{ code: 'CIPHERTEXT_PADDED' }]);
  });
});
