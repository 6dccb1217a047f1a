import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from './host-pids.js';
import { PgProxy } from './pg-proxy.js';
import type { TestDatabase } from './postgres.js';
import { buildShim, setFaults, shimEnvironment, ShimLog } from './shim.js';
import { ServiceProcess, type TestIdentity, type ServiceOptions } from './service-process.js';
import { ServiceGround } from './service-ground.js';
import type { TestToken } from './token.js';
import { until } from '../support/until.js';

let ground: ServiceGround;
let identity: TestIdentity;
let token: TestToken;
let database: TestDatabase;
let options: ServiceOptions;

beforeAll(async () => {
  ground = await ServiceGround.make();
  ({ token, database, identity } = ground);
  options = { identity, token, databaseUrl: database.serviceUrl };
});

afterAll(async () => {
  await ground[Symbol.asyncDispose]();
});

describe('the service as a process', () => {
  it('starts on a free port, answers over TLS, and stops when asked', async () => {
    await using service = await ServiceProcess.start(options);
    expect(service.baseUrl).toMatch(/^https:\/\/127\.0\.0\.1:[1-9]\d+$/);
    const cardApp = await identity.tokenFor({ scopes: ['cards:write', 'cards:read'] });
    const registered = await service.request('POST', '/v1/cards', {
      token: cardApp,
      body: { cardRef: 'rig-1' },
    });
    expect(registered).toMatchObject({ status: 201, body: { cardRef: 'rig-1', pinStatus: 'unset' } });
    const [host] = service.hostPids();
    expect(isAlive(host ?? 0)).toBe(true);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(isAlive(host ?? 0)).toBe(false);
  });

  it('is refused without a token, with an expired one, and with a body that is no JSON', async () => {
    await using service = await ServiceProcess.start(options);
    const expired = await identity.tokenFor({ scopes: ['cards:write'], lifetime: -60 });
    const good = await identity.tokenFor({ scopes: ['cards:write'] });
    const code = async (request: Parameters<ServiceProcess['request']>[2]) =>
      ((await service.request('POST', '/v1/cards', request)).body as { code?: string }).code;
    expect(await code({ body: { cardRef: 'x' } })).toBe('TOKEN_MISSING');
    expect(await code({ token: expired, body: { cardRef: 'x' } })).toBe('TOKEN_EXPIRED');
    expect(await code({ token: good, body: '{"cardRef":' })).toBe('REQUEST_INVALID');
  });

  it('can be killed at any time, and leaves no HSM host behind', async () => {
    const service = await ServiceProcess.start(options);
    const hosts = service.hostPids();
    expect(hosts.length).toBeGreaterThan(0);
    expect(await service.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await service[Symbol.asyncDispose]();
    await until('the end of the hosts', () => !hosts.some(isAlive));
  });

  it('says why it does not start', async () => {
    const wrong = { ...options, environment: { PIN_MAX_TRIES: '99' } };
    await expect(ServiceProcess.start(wrong)).rejects.toThrow(/the service has ended:\n[^]*PIN_MAX_TRIES/);
    const service = ServiceProcess.launch(wrong);
    expect(await service.lastWords()).toContain('PIN_MAX_TRIES');
  });

  it('runs behind shim and proxy', async () => {
    const [logFile, faults] = [`${token.directory}/shim.log`, `${token.directory}/faults`];
    const log = new ShimLog(logFile);
    await using proxy = await PgProxy.start(database.serviceUrl);
    const environment = shimEnvironment({ module: token.module, log: logFile, faults });
    const module = buildShim();
    await using service = await ServiceProcess.start({
      ...options,
      databaseUrl: proxy.url(database.serviceUrl),
      module,
      environment,
    });
    expect(log.callCounts().get('C_UnwrapKey')).toBeGreaterThan(0);
    const reads = proxy.beforeForward(/SELECT/i, () => 'forward');
    const reader = await identity.tokenFor({ scopes: ['cards:read'] });
    await service.request('GET', '/v1/cards?cardRef=rig-1', { token: reader });
    expect(reads.caught.length).toBeGreaterThan(0);
    setFaults(faults, []);
    expect(existsSync(faults)).toBe(true);
  });
});
