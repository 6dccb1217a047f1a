import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { CbomKit } from './cbom-kit.js';

const PAGE = join(PROJECT_ROOT, 'docs/compliance/cbom.md');
const EXAMPLE = /(?<=^```json\n)[^]*?(?=^```$)/m;
const MADE = '2026-11-27T07:03:00.000Z';
const SHOWN = ['algorithm/hsm/RSA-OAEP-SHA-1-3072', 'key/pin-transport-1', 'protocol/tls-server'];

let kit: CbomKit;
beforeAll(async () => {
  kit = await CbomKit.open();
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

it('docs/compliance/cbom.md shows what the command prints', async () => {
  await kit.keys.owner.query('UPDATE hsm_keys SET registered_at = $1', [MADE]);
  const printed = await kit.print(['--timestamp', '2026-12-01T00:00:00Z']);
  const shown = SHOWN.map((ref) => printed.component(ref));
  // What is another one in each run; the times of the audit trail lie in its months.
  const text = JSON.stringify(shown)
    .replaceAll(/"content":"[0-9a-f]{64}"/g, '"content":"…"')
    .replaceAll(/certificate\/[0-9a-f]{16}/g, 'certificate/…')
    .replaceAll(/"(activationDate|updateDate)":"[^"]+"/g, `"$1":"${MADE}"`);
  const page = readFileSync(PAGE, 'utf8');
  const made = page.replace(EXAMPLE, () => `${text}\n`);
  const options = await resolveConfig(PAGE);
  await expect(await format(made, { ...options, parser: 'markdown' })).toMatchFileSnapshot(PAGE);
});

it('docs/compliance/cbom.md names every option of the command, and each kind of component', async () => {
  const { stdout } = await kit.keys.run(['cbom', '--help']);
  const options = stdout.match(/--[a-z-]+(?= )/g)?.filter((option) => option !== '--help') ?? [];
  const page = readFileSync(PAGE, 'utf8');
  expect(options).toHaveLength(3);
  expect(options.filter((option) => !page.includes(`\`${option}`))).toEqual([]);
  const { bom } = await kit.print();
  const kinds = new Set(bom.components.map((component) => component['bom-ref'].split('/')[0]));
  expect([...kinds].filter((kind) => !page.includes(`\`${kind}/`))).toEqual([]);
});
