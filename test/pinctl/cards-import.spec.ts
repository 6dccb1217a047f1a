import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ndjson, refs } from '../service/import-kit.js';
import { ServiceKit } from '../service/service-kit.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { randomPan } from '../support/random-pan.js';
import { pinctl } from './run-pinctl.js';

const PINCTL = join(PROJECT_ROOT, 'dist/apps/pinctl/src/main.js');

let kit: ServiceKit;
let owner: DataSource;
let folder: string;
let environment: Readonly<Record<string, string>>;
beforeAll(async () => {
  kit = await ServiceKit.open(NO_RATE_LIMITS);
  owner = await kit.openOwner();
  folder = mkdtempSync(join(tmpdir(), 'pinward-portfolio-'));
  const { clientId, clientSecret } = await kit.newClient({ scopes: ['cards:import'] });
  environment = {
    PINCTL_URL: kit.service.baseUrl,
    PINCTL_CLIENT_ID: clientId,
    PINCTL_CLIENT_SECRET: clientSecret,
    PINCTL_CA_FILE: kit.identity.certificateFile,
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await kit[Symbol.asyncDispose]();
});

const run = (args: readonly string[], changed: Readonly<Record<string, string>> = {}) =>
  pinctl(['cards', 'import', ...args], { ...environment, ...changed });

function fileOf(lines: readonly unknown[]): string {
  const file = join(folder, `${randomUUID()}.ndjson`);
  writeFileSync(file, ndjson(lines), { mode: 0o600 });
  return file;
}

const linesIn = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const full = (count: number) => refs(count).map((card) => ({ ...card, pan: randomPan(), expiry: '12/29' }));
const importsOf = async (cards: readonly { readonly cardRef: string }[]) =>
  await owner.query<{ request_id: string; lines: number }[]>(
    `SELECT request_id, count(*)::integer AS lines FROM card_import_lines JOIN card_imports USING (tenant_id, import_id)
      WHERE card_ref = ANY ($1) GROUP BY request_id ORDER BY request_id`,
    [cards.map(({ cardRef }) => cardRef)],
  );

describe('pinctl cards import', () => {
  it('registers the cards of a file, and reports the lines that failed, without card data', async () => {
    const cards = full(250);
    const bad = { cardRef: 'with-a-fault', pan: '4111111111111112' };
    const file = fileOf([...cards.slice(0, 100), bad, '', ...cards.slice(100), 'no JSON', cards[0]]);
    const ids = join(folder, 'ids');
    const { code, stdout, stderr } = await run([file, '--ids', ids]);
    expect(stdout).toBe('250 cards registered, 0 known before, 3 lines failed.\n');
    expect(stderr).toContain(`254 lines in 1 calls to ${kit.service.baseUrl}`);
    expect(stderr).toMatch(/\[#+\] 100 % lines: 254 of 254/);
    expect(stderr).toContain(`3 lines have failed: ${file}.failed tells which and why`);
    expect(code).toBe(1);
    expect(linesIn(`${file}.failed`)).toEqual([
      {
        line: 101,
        cardRef: 'with-a-fault',
        code: 'LINE_INVALID',
        pointer: '/pan',
        detail: expect.any(String),
      },
      { line: 253, code: 'LINE_NOT_JSON', pointer: '', detail: expect.any(String) },
      {
        line: 254,
        cardRef: cards[0]?.cardRef,
        code: 'CARD_REF_REPEATED',
        pointer: '/cardRef',
        detail: expect.any(String),
      },
    ]);
    expect(statSync(`${file}.failed`).mode & 0o777).toBe(0o600);
    const known = linesIn(ids);
    expect(known.map(({ cardRef }) => cardRef)).toEqual(cards.map(({ cardRef }) => cardRef));
    expect(new Set(known.map(({ cardId }) => cardId)).size).toBe(250);
    const told = stdout + stderr + readFileSync(`${file}.failed`, 'utf8') + readFileSync(ids, 'utf8');
    for (const { pan } of [...cards, bad]) expect(told).not.toContain(pan);
  });

  it('goes on under the same request id: what is done is not done again, what was mended is', async () => {
    const cards = full(20);
    const file = fileOf([...cards.slice(1), { ...cards[0], pan: '1' }]);
    expect((await run([file])).code).toBe(1);
    expect(await run([file])).toMatchObject({
      code: 1,
      stdout: '19 cards registered, 0 known before, 1 lines failed.\n',
    });
    writeFileSync(file, ndjson([...cards.slice(1), cards[0]]));
    expect(await run([file])).toMatchObject({
      code: 0,
      stdout: '20 cards registered, 0 known before, 0 lines failed.\n',
    });
    expect(linesIn(`${file}.failed`)).toEqual([]);
    const [only, ...others] = await importsOf(cards);
    expect([only?.lines, others]).toEqual([20, []]);
    const elsewhere = fileOf([cards[3], ...full(1)]);
    expect(await run([elsewhere])).toMatchObject({
      code: 0,
      stdout: '1 cards registered, 1 known before, 0 lines failed.\n',
    });
  });

  it('killed in the midst goes on when it is started again: each card once', async () => {
    const cards = full(2_000);
    const file = fileOf(cards);
    const env = { ...environment, PINWARD_VAR_DIR: folder };
    const child = spawn(process.execPath, [PINCTL, 'cards', 'import', file], { env, stdio: 'ignore' });
    const done = async () => (await importsOf(cards))[0]?.lines ?? 0;
    await expect.poll(done).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await done()).toBeLessThan(2_000);
    expect(await run([file])).toMatchObject({
      code: 0,
      stdout: '2000 cards registered, 0 known before, 0 lines failed.\n',
    });
    expect(await importsOf(cards)).toMatchObject([{ lines: 2_000 }]);
  });

  it('divides a file into calls, and numbers lines as the file does', async () => {
    const cards = full(4);
    const file = fileOf([
      cards[0],
      ...Array<string>(99_998).fill(''),
      cards[1],
      cards[2],
      'no JSON',
      cards[3],
    ]);
    const { code, stdout, stderr } = await run([file, '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([1, { registered: 4, existing: 0, failed: 1 }]);
    expect(stderr).toContain('100003 lines in 2 calls');
    expect(linesIn(`${file}.failed`)).toMatchObject([{ line: 100_002, code: 'LINE_NOT_JSON' }]);
    const calls = await importsOf(cards);
    expect(calls.map(({ lines }) => lines)).toEqual([2, 2]);
    const [first, second] = calls.map(({ request_id: id }) => /^(portfolio-[\da-f]{32})-(\d)$/.exec(id));
    expect([first?.[2], second?.[2], first?.[1]]).toEqual(['1', '2', second?.[1]]);
  });

  it('sends each byte as it is: what is no UTF-8 is no card', async () => {
    const file = fileOf(refs(1));
    const bytes = Buffer.from(
      `{"cardRef":"${randomUUID()}","pan":"${randomPan()}","holderName":"Zo\u00eb"}\n`,
      'latin1',
    );
    writeFileSync(file, Buffer.concat([readFileSync(file), bytes, Buffer.alloc(5_000, 'x')]));
    expect((await run([file])).code).toBe(1);
    expect(linesIn(`${file}.failed`)).toMatchObject([
      { line: 2, code: 'LINE_NOT_JSON' },
      { line: 3, code: 'LINE_TOO_LONG' },
    ]);
  });

  it('checks lines here with --dry-run, as the service would, and needs no service', async () => {
    const cards = full(3);
    const file = fileOf([...cards, { cardRef: randomPan() }, '{', cards[0], { cardRef: 'a', cvv: '123' }]);
    const dry = await pinctl(['cards', 'import', file, '--dry-run'], {});
    expect(dry).toMatchObject({ code: 1, stdout: '3 lines are sound, 4 are not. Nothing was sent.\n' });
    const told = linesIn(`${file}.failed`);
    await run([file]);
    expect(linesIn(`${file}.failed`)).toEqual(told);
    const sound = fileOf(full(2));
    expect(await pinctl(['cards', 'import', sound, '--dry-run'], {})).toMatchObject({ code: 0 });
    expect(await importsOf(linesIn(sound) as { cardRef: string }[])).toEqual([]);
  });

  it('says what is missing or wrong', async () => {
    const file = fileOf(refs(1));
    const refused = async (args: readonly string[], changed: Readonly<Record<string, string>>) => {
      const { code, stderr } = await run(args, changed);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refused([join(folder, 'nowhere')], {})).toContain('nowhere is no file');
    expect(await refused([file], { PINCTL_CLIENT_SECRET: 'pwcs_wrong' })).toContain('NO_ACCESS_TOKEN');
    expect(await refused([file, '--ca', join(folder, 'nowhere')], {})).toContain('nowhere cannot be read');
    const none = await pinctl(['cards', 'import', file], { PINWARD_VAR_DIR: folder });
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('set --url or PINCTL_URL')]);
    const { clientId, clientSecret } = await kit.newClient({ scopes: ['pin:validate'] });
    const powerless = { PINCTL_CLIENT_ID: clientId, PINCTL_CLIENT_SECRET: clientSecret };
    expect(await refused([file], powerless)).toMatch(/invalid_scope|SCOPE_MISSING/);
    writeFileSync(file, '', { mode: 0o644 });
    rmSync(file);
    writeFileSync(file, ndjson(refs(1)), { mode: 0o644 });
    expect((await run([file])).stderr).toContain('can be read by other users');
    const help = await run(['--help']);
    expect([help.code, help.stdout]).toEqual([0, expect.stringMatching(/--dry-run[^]*Exit codes: 0/)]);
  });
});
