import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Checkout, type Program } from './checkout.js';
import { Inspector } from './inspector.js';

const WAITING = /waiting for a change/;

let checkout: Checkout;
let dev: Program;
let source: string;
let original: string;
let port: number;

beforeAll(async () => {
  checkout = new Checkout();
  source = fileThatSays("return { status: 'live' };");
  original = readFileSync(source, 'utf8');
  port = await freePort();
  dev = checkout.run(`npm run dev -- --inspect=${port}`);
  await dev.says(WAITING);
});
afterAll(async () => {
  await checkout[Symbol.asyncDispose]();
});

/** A source of the service in the checkout. */
function fileThatSays(words: string): string {
  const folder = checkout.file('apps/pin-service/src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const found = files.find((name) =>
    readFileSync(checkout.file('apps/pin-service/src', name), 'utf8').includes(words),
  );
  if (found === undefined) throw new Error(`no source of the service says ${words}`);
  return checkout.file('apps/pin-service/src', found);
}

/** With the one after it, in all likelihood: the host's debugger takes that. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => void probe.listen(0, '127.0.0.1', resolve));
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

/** Saves the source with another text, and waits until it is dealt with. */
async function save(content: string): Promise<void> {
  const dealtWith = dev.says(WAITING);
  writeFileSync(source, content);
  await dealtWith;
}

const saying = (status: string) => original.replace("{ status: 'live' }", `{ status: '${status}' }`);
const kept = () => ({
  postmaster: readFileSync(checkout.file('var/postgres/postmaster.pid'), 'utf8').split('\n')[0],
  keysMadeAt: statSync(checkout.file('var/keys.json')).mtimeMs,
  baseUrl: checkout.developmentFile().baseUrl,
});

describe('npm run dev', { timeout: 180_000 }, () => {
  it('serves what was saved, on the same database, token and port', async () => {
    expect(await checkout.get('/health/live')).toContain('"live"');
    const before = kept();
    await save(saying('live again'));
    expect(await checkout.get('/health/live')).toContain('"live again"');
    expect(kept()).toEqual(before);
    expect(dev.said()).toMatch(/ready \d+\.\d\d s after the change/);
  });

  it('says where a change does not compile, serves on, and takes the next one', async () => {
    await save(`${original}\nconst = 1;\n`);
    expect(dev.said()).toContain(source.slice(checkout.path.length + 1));
    expect(dev.said()).toContain('does not compile');
    expect(await checkout.get('/health/live')).toContain('"live again"');
    await save(saying('live once more'));
    expect(await checkout.get('/health/live')).toContain('"live once more"');
  });

  it('outlives a service that does not start', async () => {
    await save(`${original}\nthrow new Error('not today');\n`);
    expect(dev.said()).toContain('not today');
    expect(dev.said()).toContain('The service ended before it was ready');
    await save(saying('live after all'));
    expect(await checkout.get('/health/live')).toContain('"live after all"');
  });

  it('lets a debugger attach to the service, to the HSM host and to a worker of it', async () => {
    using service = await Inspector.attach(port);
    expect(await service.evaluate('process.argv[1]')).toMatch(/apps\/pin-service\/src\/main\.js$/);
    using host = await Inspector.attach(port + 1);
    expect(await host.evaluate('process.title')).toBe('pinward-hsm-host');
    await host.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
    const { params: worker } = await host.event('NodeWorker.attachedToWorker');
    const message = JSON.stringify({ id: 1, method: 'Debugger.enable' });
    await host.call('NodeWorker.sendMessageToWorker', { sessionId: worker?.['sessionId'], message });
    await host.event('NodeWorker.receivedMessageFromWorker', (params) =>
      /Debugger\.scriptParsed.*worker-main\.js/.test(params?.['message'] ?? ''),
    );
  });

  it('ends all of it with Ctrl-C', async () => {
    await dev.interrupt();
    expect(readdirSync(checkout.file('var'))).not.toContain('dev.json');
    expect(readdirSync(checkout.file('var/postgres'))).not.toContain('postmaster.pid');
    await expect(fetch(`http://127.0.0.1:${port}/json/list`)).rejects.toThrow('fetch failed');
    await expect(fetch(`http://127.0.0.1:${port + 1}/json/list`)).rejects.toThrow('fetch failed');
  });

  it('begins with a change that does not compile as well', async () => {
    writeFileSync(source, `${original}\nconst = 1;\n`);
    dev = checkout.run('npm run dev');
    await dev.says(WAITING);
    expect(dev.said()).toContain('does not compile');
    await save(original);
    expect(await checkout.get('/health/live')).toContain('"live"');
  });
});
