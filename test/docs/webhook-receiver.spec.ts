import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { PROJECT_ROOT } from '../support/project-root.js';
import { codeBlocks } from './code-lines.js';

type IsGenuine = (
  rawBody: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
  secret: string,
  now?: number,
) => boolean;

const PAGE = readFileSync(join(PROJECT_ROOT, 'docs/webhooks.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'pinward-receiver-'));
let isGenuine: IsGenuine;
beforeAll(async () => {
  const code = codeBlocks(PAGE, 'js').find((block) => block.includes('export function isGenuine'));
  if (code === undefined) throw new Error('docs/webhooks.md shows no receiver');
  const file = join(folder, 'receiver.mjs');
  writeFileSync(file, code);
  ({ isGenuine } = (await import(file)) as { isGenuine: IsGenuine });
});
afterAll(() => rmSync(folder, { recursive: true }));

const NOW = new Date('2026-03-01T12:00:00Z');
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const body = Buffer.from('{"type":"pin.locked","data":{"cardRef":"Zoë"}}');
const headersOf = (by = secret, at = NOW) => ({
  'webhook-id': 'msg-1',
  'webhook-timestamp': String(at.getTime() / 1_000),
  'webhook-signature': new Webhook(by).sign('msg-1', at, body),
});
const judge = (headers: Readonly<Record<string, string | undefined>>, of = body) =>
  isGenuine(of, headers, secret, NOW.getTime());

describe('the receiver that docs/webhooks.md shows', () => {
  const other = `whsec_${randomBytes(32).toString('base64')}`;

  it('accepts what is genuine, also beside a signature of another secret', () => {
    expect(judge(headersOf())).toBe(true);
    const both = `${headersOf(other)['webhook-signature']} ${headersOf()['webhook-signature']}`;
    expect(judge({ ...headersOf(), 'webhook-signature': both })).toBe(true);
  });

  it.each([
    ['another secret', headersOf(other)],
    ['old', headersOf(secret, new Date(NOW.getTime() - 301_000))],
    ['another id', { ...headersOf(), 'webhook-id': 'msg-2' }],
    ['a short signature', { ...headersOf(), 'webhook-signature': 'v1,AAAA' }],
    [
      'another version',
      { ...headersOf(), 'webhook-signature': headersOf()['webhook-signature'].replace('v1', 'v2') },
    ],
    ['an odd timestamp', { ...headersOf(), 'webhook-timestamp': 'NaN' }],
    ['no headers', {}],
  ])('does not throw, and refuses what is not: %s', (_, headers) => {
    expect(judge(headers)).toBe(false);
  });

  it('refuses a body that was changed', () => {
    expect(judge(headersOf(), Buffer.concat([body, Buffer.from(' ')]))).toBe(false);
  });
});
