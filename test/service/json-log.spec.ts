import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPinHsm } from '#libs/hsm';
import { shimmedSettings } from '../hsm/shimmed-hsm.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { CKR, buildShim, setFaults, shimEnvironment } from '../rigs/shim.js';
import { ServiceKit } from './service-kit.js';

const JSON_LINES = { LOG_FORMAT: 'json' };

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open(JSON_LINES);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** Every line of both streams. @throws SyntaxError where one is no JSON */
const linesOf = (output: string) =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const launch = (environment: Readonly<Record<string, string | undefined>>, module?: string) =>
  ServiceProcess.launch({
    identity: kit.identity,
    token: kit.token,
    databaseUrl: kit.database.serviceUrl,
    ...(module === undefined ? {} : { module }),
    environment,
  });

describe('the log as JSON', () => {
  it('is it from the start to the stop, with version, addresses, clients of token calls, the signal and the drain', async () => {
    const { clientId, clientSecret } = await kit.newClient();
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    expect((await kit.requestToken(form)).status).toBe(200);
    expect((await kit.requestToken({ ...form, client_secret: `${clientSecret}x` })).status).toBe(401);
    expect((await kit.requestToken({ ...form, client_id: 'secret-typed-here' })).status).toBe(401);
    await kit.register();
    const [host] = kit.service.hostPids();
    process.kill(host ?? -1, 'SIGKILL');
    await expect.poll(() => kit.service.output).toContain('the HSM host is replaced');
    const readiness = async () => (await kit.service.request('GET', '/health/ready')).status;
    await expect.poll(readiness).toBe(200);
    expect(await kit.service.stop()).toEqual({ code: 0, signal: null });
    const lines = linesOf(await kit.service.lastWords());
    const all = { level: expect.any(String) as string, time: expect.any(String) as string };
    for (const line of lines) expect(line).toMatchObject(all);
    const messages = lines.map(({ message }) => String(message));
    expect(lines[0]).toMatchObject({
      message: expect.stringMatching(/^Pinward starts on Node\.js v/) as string,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
    expect(messages).toContainEqual(expect.stringMatching(/^Pinward listens on https:/));
    const tokenCalls = lines.filter(({ route }) => route === '/v1/oauth/token');
    expect(tokenCalls).toMatchObject([
      { status: 200, client: clientId, tenant: 'default', source: '127.0.0.1' },
      { status: 401, client: clientId, tenant: 'default', source: '127.0.0.1' },
      { status: 401, source: '127.0.0.1' },
    ]);
    // What a stranger typed may be a secret in the wrong place.
    expect(kit.service.output).not.toContain('secret-typed-here');
    expect(lines.find(({ route }) => route === '/v1/cards')).toMatchObject({
      client: 'card-app',
      source: '127.0.0.1',
    });
    const end = messages.filter((message) => /^(SIGTERM|drain|stopped)/.test(message));
    expect(end).toEqual([
      'SIGTERM: stops',
      expect.stringMatching(/^drain begins: \d+ requests under way$/),
      expect.stringMatching(/^drain ends: \d+ requests answered, 0 cut off$/),
      'stopped',
    ]);
  });

  it.each([
    ['a wrong setting', { PORT: 'abc' }, /PORT/],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgresql://role:hunter2@127.0.0.1:1/x' },
      /nobody listens/,
    ],
    ['a module that is none', { PKCS11_MODULE: '/etc/hostname' }, /PKCS11_MODULE cannot be loaded/],
    [
      'production on a software token',
      { PINWARD_ENV: 'production', LOG_FORMAT: undefined, ADMIN_PORT: '0', INTERNAL_PORT: '0' },
      /does not start/,
    ],
  ])('is it for a start that is refused: %s', async (_name, environment, words) => {
    await using service = launch({ ...JSON_LINES, ...environment });
    const lines = linesOf(await service.lastWords());
    expect(lines.at(-1)).toMatchObject({
      level: 'fatal',
      message: expect.stringMatching(words) as string,
      version: expect.any(String) as string,
    });
    expect((await service.exited).code).toBe(1);
    expect(service.output).not.toContain('hunter2');
  });

  it('is it for a process that stands still after a refused login', async () => {
    const faults = join(kit.token.directory, 'login-faults');
    setFaults(faults, [{ function: 'C_Login', returns: CKR.GENERAL_ERROR }]);
    const shim = shimEnvironment({ module: kit.token.module, faults });
    await using service = launch({ ...JSON_LINES, ...shim, INTERNAL_PORT: '0' }, buildShim());
    await expect.poll(() => service.output).toContain('internal listens on');
    expect((await service.stop()).code).toBe(1);
    expect(linesOf(await service.lastWords()).at(-1)).toMatchObject({ message: 'SIGTERM: ends' });
  });

  it('takes what the HSM host writes to standard error, line by line', async () => {
    const entry = join(kit.token.directory, 'loud-host.mjs');
    writeFileSync(entry, "process.stderr.write('vendor: one\\nvendor: two\\n'); process.exit(1);");
    const told: string[] = [];
    const settings = { ...shimmedSettings(kit.token), hostEntry: pathToFileURL(entry) };
    const opening = openPinHsm({ ...settings, onHostLine: (line) => told.push(line) });
    await expect(opening).rejects.toThrow('the HSM host ended while starting');
    // Each of its attempts.
    expect(told.slice(0, 2)).toEqual(['vendor: one', 'vendor: two']);
  });
});
