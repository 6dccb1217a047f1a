import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARD_APP_SCOPES } from '#libs/api-clients';
import type { EncryptedPin } from '#libs/client';
import type { PinwardClient, RegisterCard } from '#libs/client/backend';
import { LINE_LIMIT_BYTES, MOST_LINES } from '#libs/sent-json';
import { deliveredCode } from '../../scripts/service/delivered-code.js';
import { PagePrograms } from '../client/page-program.js';
import { faultsOf, SET_UPS } from '../client/compile.js';
import { InstalledClient } from '../client/installed-client.js';
import { codeBlocksOf, Snippets } from '../client/snippets.js';
import { Importer, refs } from '../service/import-kit.js';
import { ServiceKit } from '../service/service-kit.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { codeBlocks } from './code-lines.js';
import { Terminal } from './walk-through.js';

const PAGE = 'docs/portfolio.md';
const TEXT = readFileSync(join(PROJECT_ROOT, PAGE), 'utf8');
const PINCTL = join(PROJECT_ROOT, 'dist/apps/pinctl/src/main.js');

const programs = new PagePrograms(PAGE);
let kit: ServiceKit;
let pinward: PinwardClient;
let folder: string;
let agent: Agent;
beforeAll(async () => {
  await programs.bundle();
  kit = await ServiceKit.open(FEW_WEAK_PINS);
  agent = new Agent({ connect: { ca: kit.identity.certificate } });
  const { PinwardClient: Client } = await programs.imported<typeof import('#libs/client/backend')>('backend');
  const credentials = await kit.newClient({ scopes: CARD_APP_SCOPES });
  pinward = new Client({ baseUrl: kit.service.baseUrl, credentials, dispatcher: agent });
  folder = mkdtempSync(join(tmpdir(), 'pinward-portfolio-'));
});
afterAll(async () => {
  programs[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
  await agent.close();
  await kit[Symbol.asyncDispose]();
});

/** A shell in which `pinctl` is this one, for the database and token under test. */
function terminal(): Terminal {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'pinctl'), `#!/bin/sh\nexec '${process.execPath}' '${PINCTL}' "$@"\n`);
  chmodSync(join(bin, 'pinctl'), 0o755);
  return new Terminal(folder, {
    ...kit.token.environment,
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: folder,
    PINWARD_ENV: 'test',
    DATABASE_URL: kit.database.serviceUrl,
    PKCS11_MODULE: kit.token.module,
    PKCS11_TOKEN_LABEL: kit.token.tokenLabel,
    PKCS11_SERVICE_PIN: kit.token.tokenPin.reveal(),
    PINCTL_CA_FILE: kit.identity.certificateFile,
  });
}

/** What stands for values of the reader's own. */
const here = (commands: string) =>
  commands
    .replaceAll('https://pins.example', kit.service.baseUrl)
    .replaceAll('203.0.113.17/32', '127.0.0.1/32')
    .replaceAll('ca.pem', kit.identity.certificateFile);

describe('docs/portfolio.md', () => {
  it('has no code that no test runs', () => {
    const languages = TEXT.match(/^```\w+$/gm)?.map((fence) => fence.slice(3));
    expect(languages?.toSorted()).toEqual(['jsonl', 'sh', 'sh', 'sh', 'sh', 'sh', 'sh', 'ts', 'ts']);
    expect([...programs.texts.keys()].toSorted()).toEqual(['green-pin.ts', 'move-cards.ts']);
  });

  it('moves the cards that it shows, by the commands that it shows', async () => {
    const [create = '', dryRun = '', send = '', curl = '', close = '', brake = ''] = codeBlocks(TEXT, 'sh');
    const [lines = ''] = codeBlocks(TEXT, 'jsonl');
    using shell = terminal();
    const type = async (commands: string) => await shell.type(here(commands));
    const [secret] = /pwcs_[\w-]+/.exec(await type(create)) ?? [];
    const file = join(folder, 'portfolio.ndjson');
    writeFileSync(file, lines, { mode: 0o600 });
    writeFileSync(join(folder, 'mover.secret'), secret ?? '', { mode: 0o600 });
    expect(await type(dryRun)).toBe('3 lines are sound, 0 are not. Nothing was sent.\n');
    expect(await type(send)).toContain('3 cards registered, 0 known before, 0 lines failed.');
    const ids = readFileSync(join(folder, 'card-ids.ndjson'), 'utf8').trim().split('\n');
    expect(ids.map((line) => (JSON.parse(line) as { cardRef: string }).cardRef)).toEqual([
      '0001',
      '0002',
      '0003',
    ]);
    await shell.type(
      `token=${await kit.identity.tokenFor({ scopes: ['cards:import'], clientId: 'portfolio-mover' })}`,
    );
    const [uploaded, found] = (await type(curl))
      .split(/(?<=})(?=\{)/)
      .map((text) => JSON.parse(text) as object);
    expect(uploaded).toMatchObject({ state: 'completed', registered: 0, existing: 3, failed: 0 });
    expect(found).toEqual(uploaded);
    // Answers of an operator at a terminal.
    const closed = await type(close.replace(/^(pinctl clients revoke .*)$/m, '$1 --yes'));
    expect(closed).toMatch(/portfolio-mover is revoked|revoked/i);
    expect(existsSync(file)).toBe(false);
    await type(brake);
    const importer = await Importer.of(kit);
    expect(await importer.send(refs(1))).toMatchObject({
      status: 503,
      body: { code: 'OPERATIONS_SUSPENDED' },
    });
    await (await kit.openOwner()).query('DELETE FROM brakes');
  });

  it('tells the limits that hold', () => {
    expect(TEXT).toContain(`at most ${LINE_LIMIT_BYTES.toLocaleString('en')} bytes a line`);
    expect(TEXT).toContain(`in calls of ${MOST_LINES.toLocaleString('en')} lines`);
  });

  it('has programs that compile against the package', async () => {
    using installed = await InstalledClient.make();
    const snippets = new Snippets(installed, codeBlocksOf('portfolio.md'));
    const files = [...programs.texts.keys()].map((name) => snippets.path(name));
    expect(faultsOf(files, SET_UPS['nodenext, in Node.js'])).toEqual([]);
  });

  it('moves cards from a program', async () => {
    const { moveCards } = await programs.imported<MoveCards>('move-cards');
    const cards = ['4111111111111111', '1'].map((pan) => ({ cardRef: `ref-${randomUUID()}`, pan }));
    const moved = await moveCards(
      pinward,
      async function* () {
        yield* cards;
      },
      1,
    );
    expect(moved).toEqual({
      registered: 1,
      existing: 0,
      failed: [expect.objectContaining({ line: 2, cardRef: cards[1]?.cardRef, pointer: '/pan' })],
    });
  });

  it('lets a cardholder choose the first PIN by a code', async () => {
    const { giveGreenPin, sendCode, choosePin } = await programs.imported<GreenPin>('green-pin');
    const manifestPins = kit.token.registeredKeys
      .filter(({ kind }) => kind === 'manifest-signing')
      .map(({ fingerprint }) => fingerprint.toString('base64url'));
    const card = await kit.register();
    expect(await giveGreenPin(pinward, card, manifestPins)).toBe('PIN_SET');
    expect(await giveGreenPin(pinward, card, manifestPins)).toBe('PIN_ALREADY_SET');
    const issued = await sendCode(pinward, card.cardId);
    if (issued.outcome !== 'ISSUED') throw new Error(issued.outcome);
    const { otpId } = issued;
    const code = await deliveredCode(kit.identity.outboxFile, otpId);
    const choose = async (pin: string, typed: string) =>
      await choosePin(pinward, {
        cardId: card.cardId,
        otp: { otpId, code: typed },
        newPin: await kit.encrypt(pin, card),
      });
    expect(await choose('482915', code === '000000' ? '000001' : '000000')).toContain('type it again');
    expect(await choose('482915', code)).toBe('Your PIN is set');
    expect(await choose('482916', code)).toContain('ask for another code');
    expect(await kit.validate(card, '482915')).toMatchObject({ body: { verified: true } });
  });
});

interface MoveCards {
  moveCards(pinward: PinwardClient, cards: () => AsyncIterable<RegisterCard>, part: number): Promise<object>;
}
interface GreenPin {
  giveGreenPin(
    pinward: PinwardClient,
    card: { cardId: string; pinAccount: string },
    manifestPins: string[],
  ): Promise<string>;
  sendCode(pinward: PinwardClient, cardId: string): ReturnType<PinwardClient['issueOtp']>;
  choosePin(
    pinward: PinwardClient,
    choice: { cardId: string; otp: { otpId: string; code: string }; newPin: EncryptedPin },
  ): Promise<string>;
}
