import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EncryptedPin, EncryptPinInput } from '#libs/client';
import type { RevealedCard } from '#libs/client/reveal';
import type { WebhookEvent } from '#libs/client/webhooks';
import { SecretText } from '#libs/secret-text';
import { signedHeaders } from '../../libs/webhooks/src/signatures.js';
import { commandLines } from '../docs/code-lines.js';
import { ServiceKit, type KnownCard } from '../service/service-kit.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { faultsOf, SET_UPS } from './compile.js';
import { InstalledClient } from './installed-client.js';
import { RECEIVERS, type Receiver } from './receivers.js';
import { codeBlocksOf, Snippets } from './snippets.js';

const BLOCKS = codeBlocksOf('client.md', 'webhooks.md', 'messages.md');
const OF_PAGES = ['encrypted-pin.ts', 'revealed-card.ts', 'react-native.ts', 'message.ts', 'german.ts'];
const OF_BACKENDS = ['receive.js', 'receive-guide.js', ...Object.keys(RECEIVERS)];
/** Run by test/docs/webhook-receiver.spec.ts. */
const ELSEWHERE = ['is-genuine.js'];

const guideHeader = 'X-M2P-Signature';
const secret = new SecretText(`whsec_${randomBytes(32).toString('base64')}`);

let installed: InstalledClient;
let snippets: Snippets;
let queue: { readonly queued: WebhookEvent[] };
beforeAll(async () => {
  installed = await InstalledClient.make();
  snippets = new Snippets(installed, BLOCKS);
  snippets.link('express', 'fastify', 'hono', '@nestjs/common');
  const queued = `export const queued = []; const ids = new Set();
    export const wasSeen = async (id) => ids.has(id);
    export const enqueue = async (event) => { ids.add(event.id); queued.push(event); };`;
  snippets.write('queue.js', queued);
  queue = await snippets.run('queue.js');
  // What cannot run without a device: Node.js stands in.
  snippets.write('node_modules/react-native-quick-crypto/index.js', 'module.exports.subtle = crypto.subtle;');
  const types = 'export declare const subtle: typeof globalThis.crypto.subtle;';
  snippets.write('node_modules/react-native-quick-crypto/index.d.ts', types);
});
afterAll(() => installed[Symbol.dispose]());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('docs/client.md, docs/webhooks.md and docs/messages.md', () => {
  it('have no code that no test runs', () => {
    const code = BLOCKS.filter(({ language }) => !['json', 'sh'].includes(language));
    const names = code.map(({ name, language, text }) => name ?? `${language}: ${text}`);
    expect(names.toSorted()).toEqual([...OF_PAGES, ...OF_BACKENDS, ...ELSEWHERE].toSorted());
    for (const { text } of BLOCKS.filter(({ language }) => language === 'json')) JSON.parse(text);
  });

  it('install what is installed here', () => {
    const lines = ['client.md', 'webhooks.md'].flatMap((page) =>
      commandLines(readFileSync(join(PROJECT_ROOT, 'docs', page), 'utf8')),
    );
    const [built, install = '', ...others] = lines;
    expect([built, others]).toEqual(['npm run package:client', []]);
    const named = /^npm install \.\/release\/(pinward-client-)\d+\.\d+\.\d+(\.tgz)$/.exec(install);
    const [, ofTarball] = /([\w-]+)\d+\.\d+\.\d+\.tgz$/.exec(installed.tarball) ?? [];
    expect(named?.[1]).toBe(ofTarball);
  });

  it('have the types that they say', () => {
    const paths = (names: readonly string[]) =>
      names.filter((name) => name.endsWith('.ts')).map((name) => snippets.path(name));
    expect(faultsOf(paths(OF_PAGES), SET_UPS['a bundler, in browsers'])).toEqual([]);
    const backend = { ...SET_UPS['nodenext, in Node.js'], allowJs: true, experimentalDecorators: true };
    const typeRoots = [join(PROJECT_ROOT, 'node_modules/@types')];
    expect(faultsOf(paths(OF_BACKENDS), { ...backend, typeRoots })).toEqual([]);
  });
});

describe('the app of docs/client.md', () => {
  let kit: ServiceKit;
  let card: KnownCard;
  beforeAll(async () => {
    kit = await ServiceKit.open(FEW_WEAK_PINS);
    card = await kit.register({ pan: '4000001234567899', expiry: '12/29' });
  });
  afterAll(async () => await kit[Symbol.asyncDispose]());

  /** The app's backend, which passes on what it is asked. */
  function stubBackend(): void {
    vi.stubGlobal(
      'fetch',
      async (path: string, { method = 'GET', body }: { method?: string; body?: string } = {}) => {
        const given = body === undefined ? {} : { body: JSON.parse(body) as unknown };
        const answer = await kit.service.request(method, `/v1${path}`, { token: kit.cardApp, ...given });
        return Response.json(answer.body, { status: answer.status });
      },
    );
  }

  const manifestPins = () =>
    kit.token.registeredKeys.flatMap(({ kind, fingerprint }) =>
      kind === 'manifest-signing' ? [fingerprint.toString('base64url')] : [],
    );

  it('encrypts a PIN that the service takes', async () => {
    stubBackend();
    const { encryptedPin } = await snippets.run<{
      encryptedPin: (pin: string, card: KnownCard) => Promise<EncryptedPin>;
    }>('encrypted-pin.ts', (text) => text.replace('tnX0T…', manifestPins()[0] ?? ''));
    const pin = { encryptedPin: await encryptedPin('482915', card) };
    expect((await kit.post(`/v1/cards/${card.cardId}/pin`, pin)).status).toBe(201);
    const again = { encryptedPin: await encryptedPin('482915', card) };
    const validated = await kit.post(`/v1/cards/${card.cardId}/pin/validate`, again);
    expect(validated.body).toMatchObject({ verified: true });
  });

  it('encrypts with what React Native has for WebCrypto', async () => {
    const { encryptedPinOnDevice } = await snippets.run<{
      encryptedPinOnDevice: (input: EncryptPinInput) => Promise<EncryptedPin>;
    }>('react-native.ts');
    const { body } = await kit.service.request('GET', '/v1/pin-keys', { token: kit.cardApp });
    const trust = { keySet: body as EncryptPinInput['keySet'], manifestPins: manifestPins() };
    const envelope = await encryptedPinOnDevice({ pin: '482916', ...card, ...trust });
    const validated = await kit.post(`/v1/cards/${card.cardId}/pin/validate`, { encryptedPin: envelope });
    expect(validated.body).toMatchObject({ verified: false });
  });

  it('shows card data that its backend cannot read', async () => {
    stubBackend();
    const { revealedCard } = await snippets.run<{
      revealedCard: (cardId: string, otp: object) => Promise<RevealedCard>;
    }>('revealed-card.ts');
    const shown = await revealedCard(card.cardId, await kit.otpFor(card, 'card-reveal'));
    expect([shown.cardId, shown.pan, shown.expiry]).toEqual([card.cardId, '4000001234567899', '12/29']);
  });
});

it('an answer is told in English, and in the language of docs/messages.md', async () => {
  type Tell = (answer: unknown) => string;
  const { englishMessage } = await snippets.run<{ englishMessage: Tell }>('message.ts');
  const { germanMessage } = await snippets.run<{ germanMessage: Tell }>('german.ts');
  const wrong = { verified: false, triesRemaining: 2, pinStatus: 'active' };
  expect([englishMessage(wrong), germanMessage(wrong)]).toEqual([
    'Wrong PIN. Tries left: 2.',
    'Falsche PIN. Verbleibende Versuche: 2.',
  ]);
});

/** As the service sends it; written anew by JSON.stringify it would be other bytes. */
function delivery(id: string, type = 'pin.locked') {
  const timestamp = new Date().toISOString();
  const body = `{"type": "${type}", "timestamp":"${timestamp}","tenant":"default","data":{"cardRef":"Zoë","tries":0.0}}`;
  const headers = signedHeaders({ id, at: new Date(), body, secrets: [secret], attempt: 0, guideHeader });
  return { body, headers };
}

describe.each(Object.entries(RECEIVERS))('the receiver %s of docs/webhooks.md', (name, start) => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await start(snippets);
  });
  afterAll(async () => await receiver.stop());

  it('takes a delivery once, and answers that it has it', async () => {
    vi.stubEnv('WEBHOOK_SECRET', secret.reveal());
    const { body, headers } = delivery(`${name} 1`);
    queue.queued.length = 0;
    expect([await receiver.send(body, headers), await receiver.send(body, headers)]).toEqual([204, 204]);
    const event = { id: `${name} 1`, type: 'pin.locked', data: { cardRef: 'Zoë', tries: 0 } };
    expect(queue.queued).toEqual([expect.objectContaining(event)]);
  });

  it('refuses what is not genuine', async () => {
    vi.stubEnv('WEBHOOK_SECRET', secret.reveal());
    const { headers } = delivery(`${name} 2`);
    queue.queued.length = 0;
    expect(await receiver.send(delivery(`${name} 2`, 'pin.unlocked').body, headers)).toBe(401);
    expect(await receiver.send('{}', { 'content-type': 'application/json' })).toBe(401);
    expect(queue.queued).toEqual([]);
  });

  it('does not say that it has what it cannot judge', async () => {
    vi.stubEnv('WEBHOOK_SECRET', undefined);
    const { body, headers } = delivery(`${name} 3`);
    expect(await receiver.send(body, headers)).toBe(500);
  });
});

it("the receiver of the integration guide's header reads a delivery", async () => {
  vi.stubEnv('WEBHOOK_SECRET', secret.reveal());
  const { read } = await snippets.run<{ read: (body: string, headers: object) => Promise<WebhookEvent> }>(
    'receive-guide.js',
  );
  const { body, headers } = delivery('guide');
  expect(await read(body, headers)).toMatchObject({ type: 'pin.locked' });
  await expect(read(`${body} `, headers)).rejects.toMatchObject({ code: 'WEBHOOK_SIGNATURE_WRONG' });
});
