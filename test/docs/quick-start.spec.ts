import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, theChromium } from '../client/chromium.js';
import { PadDriver } from '../client/pad-driver.js';
import { Checkout, type Program } from '../scripts/checkout.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { codeBlocks } from './code-lines.js';
import { isAsShown, stepsOf, Terminal, type Step } from './walk-through.js';
import { PATIENCE_MS } from '../support/until.js';

const read = (path: string) => readFileSync(join(PROJECT_ROOT, 'docs', path), 'utf8');

/** Asked again until it is there: a line of the audit trail that is not sealed yet. */
const LATER = /\/v1\/admin\/audit\?/;

/** What runs on in a terminal of its own. */
const SERVER = /node server\.js$/m;
const SERVER_ADDRESS = 'localhost:3000';

let checkout: Checkout;
/** Of the readers of backend.md, who go on to web.md and mobile.md, and of those of operator.md. */
let terminals: Readonly<Record<'app' | 'operator', Terminal>>;
let server: Program | undefined;
/** Where the backend is, once it runs. */
let address = SERVER_ADDRESS;

beforeAll(async () => {
  checkout = new Checkout();
  await checkout.run('SANDBOX=true npm start').says(/Ctrl-C stops it/);
  const open = () =>
    new Terminal(checkout.path, {
      PATH: process.env['PATH'],
      HOME: checkout.path,
      PINWARD_NO_APT: '1',
      // The package depends on no other: nothing is fetched.
      npm_config_offline: 'true',
      npm_config_audit: 'false',
    });
  terminals = { app: open(), operator: open() };
}, 300_000);
afterAll(async () => {
  for (const terminal of Object.values(terminals)) terminal[Symbol.dispose]();
  await checkout[Symbol.asyncDispose]();
});

/** All steps of a page but the first, which starts the service where it is not running yet. */
async function walk(page: string, terminal: Terminal): Promise<void> {
  for (const step of stepsOf(page)) {
    if ('file' in step) await terminal.type(`cat > ${step.file} <<'END OF FILE'\n${step.content}END OF FILE`);
    else if (SERVER.test(step.commands)) await serve(step.commands);
    else if (!/npm start$/m.test(step.commands)) await type(step, terminal);
  }
}

async function type(
  { commands, shown }: Extract<Step, { commands: string }>,
  terminal: Terminal,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const printed = await terminal.type(commands.replaceAll(SERVER_ADDRESS, address));
    if (shown === undefined || isAsShown(printed, shown)) return;
    if (!LATER.test(commands) || Date.now() > deadline)
      expect.fail(`${commands}\nprints\n${printed}\nand not\n${shown}`);
  }
}

/** Started anew, with a card of its own, where a page says so. */
async function serve(commands: string): Promise<void> {
  await server?.interrupt();
  server = checkout.run(`cd var/my-backend && PORT=0 ${commands.trim()}`);
  await server.says(/http:\/\/localhost:\d+/);
  address = /localhost:\d+/.exec(server.said())?.[0] ?? '';
}

describe('the quick starts', { timeout: 300_000 }, () => {
  it('for operators can be walked from the first command to the last', async () => {
    await walk(read('quick-start/operator.md'), terminals.operator);
    expect(await terminals.operator.type('echo $card')).toMatch(/[0-9a-f-]{36}/);
  });

  it('for backends sets and validates a PIN', async () => {
    await walk(read('quick-start/backend.md'), terminals.app);
    expect(address).not.toBe(SERVER_ADDRESS);
  });

  it('for mobile apps shows what the programs of docs/integration do', () => {
    const page = read('quick-start/mobile.md');
    const [kotlin] = codeBlocks(page, 'kotlin');
    const [swift] = codeBlocks(page, 'swift');
    expect(read('integration/SetAndValidate.kt')).toContain(kotlin);
    expect(read('integration/main.swift')).toContain(swift);
  });

  it('for mobile apps can be walked after that for backends', async () => {
    await walk(read('quick-start/mobile.md'), terminals.app);
    expect(address).not.toBe(SERVER_ADDRESS);
  });

  it('for pages sets, refuses and validates a PIN in a browser', async (context) => {
    await walk(read('quick-start/web.md'), terminals.app);
    const chromium = findChromium();
    if (chromium === null) return context.skip('chromium is not installed');
    const page = await (await theChromium(chromium)).newPage();
    try {
      await page.goto(`http://${address}/`);
      const pad = await PadDriver.on(page);
      await page.locator('pinward-pin-pad').focus();
      await pad.expectFocus();
      await pad.enter('Choose a new PIN', '4071');
      await pad.enter('Enter the new PIN again', '4071');
      await pad.enter('Enter your PIN', '1704');
      await pad.expectText('message', 'Wrong PIN. Tries left: 2');
      await pad.enter('Enter your PIN', '4071');
      await pad.expectText('message', 'Done');
      expect(await page.locator('pinward-pin-pad').count()).toBe(1);
    } finally {
      await page.close();
    }
  });
});
