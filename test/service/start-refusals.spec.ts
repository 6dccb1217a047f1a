import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TokenPin } from '#libs/hsm';
import { coreDumpFault } from '../../apps/pin-service/src/config/core-dumps.js';
import { DEVELOPMENT_ISSUER } from '../../apps/pin-service/src/config/production.js';
import { developmentClients } from '../../scripts/development/development-clients.js';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { ServiceProcess, type TestIdentity, type ServiceOptions } from '../rigs/service-process.js';
import { buildShim, CKR, setFaults, shimEnvironment, ShimLog } from '../rigs/shim.js';
import { ServiceGround } from '../rigs/service-ground.js';
import type { TestToken } from '../rigs/token.js';

/** One after the other, also where each takes half a minute. */
const FOUR_STARTS_MS = 240_000;
const PRODUCTION = { PINWARD_ENV: 'production', ADMIN_PORT: '0', INTERNAL_PORT: '0' };

let ground: ServiceGround;
let token: TestToken;
let database: TestDatabase;
let identity: TestIdentity;

beforeAll(async () => {
  ground = await ServiceGround.make();
  ({ token, database, identity } = ground);
});
const logFile = () => join(token.directory, 'shim.log');
const faults = () => join(token.directory, 'faults');
const logins = () => new ShimLog(logFile()).calls().filter((call) => call.function === 'C_Login').length;

/** Behind the shim, which counts logins. */
function launch(changed: Partial<ServiceOptions> = {}): ServiceProcess {
  const { module } = token;
  const shim = shimEnvironment({ module, log: logFile(), faults: faults() });
  return ServiceProcess.launch({
    identity,
    databaseUrl: database.serviceUrl,
    token,
    module: buildShim(),
    ...changed,
    // Each refused login leaves its mark on the token.
    environment: { ...shim, INTERNAL_PORT: '0', HSM_ALLOW_LOW_PIN_COUNT: 'true', ...changed.environment },
  });
}

afterAll(async () => {
  await ground[Symbol.asyncDispose]();
});

afterEach(() => {
  rmSync(logFile(), { force: true });
  setFaults(faults(), []);
});

/** What a service that refuses to start says before it ends with exit code 1. */
async function refusal(changed: Partial<ServiceOptions> = {}): Promise<string> {
  await using service = ServiceProcess.launch({
    identity,
    databaseUrl: database.serviceUrl,
    token,
    ...changed,
  });
  const words = await service.lastWords();
  expect(await service.exited).toEqual({ code: 1, signal: null });
  expect(words).not.toContain('listens on');
  return words;
}

describe('the service does not start', () => {
  it('in production on development parts, and names each', async () => {
    const words = await refusal({
      environment: {
        ...PRODUCTION,
        HSM_ALLOW_WEAK_ENFORCEMENT: 'true',
        SANDBOX: 'true',
        TOKEN_ISSUER: DEVELOPMENT_ISSUER,
      },
    });
    expect(words).toContain('SoftHSM2');
    expect(words).toContain('development certificate');
    expect(words).toContain('development tokens');
    expect(words).toContain('HSM_ALLOW_WEAK_ENFORCEMENT');
    expect(words).toContain('DEVELOPMENT_OUTBOX_FILE');
    expect(words).toContain('(SANDBOX)');
  });

  it('in a rehearsal on the same, except SoftHSM2', async () => {
    const words = await refusal({
      environment: {
        ...PRODUCTION,
        PINWARD_ENV: 'rehearsal',
        HSM_ALLOW_WEAK_ENFORCEMENT: 'true',
        SANDBOX: 'true',
        TOKEN_ISSUER: DEVELOPMENT_ISSUER,
        ADMIN_PORT: undefined,
      },
    });
    expect(words).not.toContain('SoftHSM2');
    for (const part of ['development certificate', 'development tokens', 'HSM_ALLOW_WEAK_ENFORCEMENT'])
      expect(words).toContain(part);
    expect(words).toContain('DEVELOPMENT_OUTBOX_FILE');
    expect(words).toContain('(SANDBOX)');
    expect(words).toContain('ADMIN_PORT: is required in production');
  });

  it.skipIf(coreDumpFault() === null)('in production where a crash would leave a core dump', async () => {
    const entry = join(PROJECT_ROOT, 'dist/apps/pin-service/src/main.js');
    // Without its launcher, which forbids them.
    const words = await refusal({ environment: PRODUCTION, entry });
    expect(words).toContain(coreDumpFault());
    expect(await refusal({ environment: PRODUCTION })).not.toMatch(/core dump|core_pattern/);
  });

  it('in production or a rehearsal on the embedded PostgreSQL, when everything else looks like production', async () => {
    const folder = mkdtempSync(join(token.directory, 'clients-'));
    const owner = await database.open({ url: database.ownerUrl, poolSize: 1 });
    await developmentClients(owner, join(folder, 'clients.json'));
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'pinward.example' }]);
    const file = (name: string) => join(token.directory, name);
    writeFileSync(file('certificate.pem'), cert);
    writeFileSync(file('key.pem'), key, { mode: 0o600 });
    symlinkSync(token.module, file('module.so'));
    const environment = {
      ...PRODUCTION,
      PKCS11_PROFILE: 'luna',
      TLS_CERT_FILE: file('certificate.pem'),
      TLS_KEY_FILE: file('key.pem'),
      TOKEN_ISSUER: 'https://issuer.example',
      DEVELOPMENT_OUTBOX_FILE: undefined,
      AUDIT_CHECKPOINT_FILE: file('checkpoint'),
    };
    for (const PINWARD_ENV of ['production', 'rehearsal']) {
      const words = await refusal({
        module: file('module.so'),
        environment: { ...environment, PINWARD_ENV },
      });
      expect(words).toContain('embedded PostgreSQL');
      expect(words).toContain('fsync');
      expect(words).toContain('development-card-app');
    }
  });

  it('outside tests on a PostgreSQL that forgets commits', async () => {
    const words = await refusal({ environment: { PINWARD_ENV: 'development' } });
    expect(words).toMatch(/fsync/);
    expect(words).toMatch(/synchronous_commit/);
  });

  it('with a role that may not write', async () => {
    await using other = await createTestDatabase();
    const superuser = await other.open({ url: other.superuserUrl, poolSize: 1 });
    const [{ name } = { name: '' }] = await superuser.query<{ name: string }[]>(
      'SELECT quote_ident(current_database()) AS name',
    );
    const readOnly = `ALTER ROLE pinward_service IN DATABASE ${name} SET default_transaction_read_only = on`;
    await superuser.query(readOnly);
    expect(await refusal({ databaseUrl: other.serviceUrl })).toMatch(/the database role may not write/);
  });

  it('on a schema of another version', async () => {
    await using other = await createTestDatabase();
    const owner = await other.open({ url: other.ownerUrl, poolSize: 1 });
    await owner.query('DELETE FROM schema_migrations');
    expect(await refusal({ databaseUrl: other.serviceUrl })).toContain('lacks migrations');
  });

  it('without a database, and says so without the password', async () => {
    const words = await refusal({
      databaseUrl: 'postgresql://pinward_service:db-secret@127.0.0.1:1/pinward',
    });
    expect(words).toContain('DATABASE_URL');
    expect(words).not.toContain('db-secret');
  });

  it('on faults in the configuration, all named at once', async () => {
    const words = await refusal({ environment: { PORT: 'x', PIN_MAX_TRIES: '99', TOKEN_ISSUER: '' } });
    for (const name of ['PORT', 'PIN_MAX_TRIES', 'TOKEN_ISSUER']) expect(words).toContain(name);
  });

  it('with a token PIN that has more than the PIN in it', async () => {
    const words = await refusal({ environment: { PKCS11_TOKEN_PIN: ' 1234' } });
    expect(words).toContain('PKCS11_TOKEN_PIN: begins or ends with a blank');
  });

  it("on a module that does not load, with the loader's words", async () => {
    const module = join(token.directory, 'text.so');
    writeFileSync(module, 'no library');
    expect(await refusal({ module })).toMatch(
      /PKCS11_MODULE cannot be loaded: .*(file too short|invalid ELF header)/,
    );
  });

  it('on a SoftHSM2 whose configuration or token directory is missing, and names it', async () => {
    const conf = join(token.directory, 'other.conf');
    expect(await refusal({ environment: { SOFTHSM2_CONF: conf } })).toContain(
      `SOFTHSM2_CONF: ${conf} is missing`,
    );
    writeFileSync(conf, 'directories.tokendir = /nowhere/tokens\n');
    expect(await refusal({ environment: { SOFTHSM2_CONF: conf } })).toContain(
      'the token directory /nowhere/tokens of',
    );
  });

  it('with a certificate that is not the one of its key', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'other' }], { keyType: 'ec' });
    const file = join(token.directory, 'other.pem');
    writeFileSync(file, cert);
    const words = await refusal({ environment: { TLS_CERT_FILE: file } });
    expect(words).toMatch(
      /the key of TLS_KEY_FILE \(\w+\) is not the one of the certificate of TLS_CERT_FILE \(ec\)/,
    );
    expect(await refusal({ environment: { TLS_KEY_FILE: '/nowhere/key.pem' } })).toContain(
      'TLS_KEY_FILE: /nowhere/key.pem is missing',
    );
  });

  it('when no key has been registered', async () => {
    await using other = await createTestDatabase();
    expect(await refusal({ databaseUrl: other.serviceUrl })).toMatch(/pin-transport|pin-wrapping/);
  });
});

async function answerOf(url: string, method = 'GET'): Promise<[number, unknown]> {
  const answer = await fetch(url, { method });
  return [answer.status, await answer.json()];
}

describe('a refused login', () => {
  const wrong = () => ({ ...token, tokenPin: new TokenPin('00000000') });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'is told and made once: the process stays, alive and not ready, until %s ends it with exit code 1',
    async (signal) => {
      await using service = launch({ token: wrong() });
      await expect.poll(() => service.output).toContain('internal listens on');
      const url = service.urlOf('internal');
      expect(await answerOf(`${url}/health/live?x`)).toEqual([200, { status: 'live' }]);
      const reason = 'the token refused the login (CKR 0xa0); it is not tried again';
      const hsm = { ready: false, knownAnswerTestAt: null, warnings: [reason] };
      expect(await answerOf(`${url}/health/ready`)).toEqual([503, { status: 'not ready', hsm }]);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(/^pinward_hsm_ready 0$/m);
      expect(metrics).toMatch(/^pinward_hsm_login_refused 1$/m);
      for (const [method, path] of [
        ['POST', '/metrics'],
        ['POST', '/health/ready'],
        ['GET', '/v1/pin-keys'],
      ] as const) {
        const answer = await answerOf(`${url}${path}`, method);
        expect(answer).toEqual([404, expect.objectContaining({ code: 'ROUTE_NOT_FOUND' })]);
      }
      expect(service.output).not.toContain('Pinward listens on');
      expect(service.output.split(reason)).toHaveLength(2);
      expect(service.output).toContain('PKCS11_TOKEN_PIN');
      expect(service.output).not.toContain('00000000');
      expect(service.hostPids()).toEqual([]);
      expect(logins()).toBe(1);
      expect(await service.kill(signal)).toEqual({ code: 1, signal: null });
    },
  );

  it('is waited for where health cannot be served either', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await using service = launch({ token: wrong(), environment: { INTERNAL_PORT: String(port) } });
    await expect.poll(() => service.output).toContain('health is not served');
    expect(await service.stop()).toEqual({ code: 1, signal: null });
    expect(logins()).toBe(1);
    taken.close();
  });

  it(
    'is not followed by another one, with whatever PIN, until an operator says so; the right one takes the mark away',
    async () => {
      const careful = { HSM_ALLOW_LOW_PIN_COUNT: 'false' };
      {
        await using service = launch({ token: wrong() });
        await expect.poll(() => service.output).toContain('internal listens on');
      }
      rmSync(logFile(), { force: true });
      {
        await using service = launch({ environment: careful });
        expect(await service.lastWords()).toMatch(/CKF_USER_PIN_COUNT_LOW.*HSM_ALLOW_LOW_PIN_COUNT=true/);
        expect(await service.exited).toEqual({ code: 1, signal: null });
        expect(logins()).toBe(0);
      }
      for (const environment of [{}, careful]) {
        await using service = launch({ environment });
        await service.ready();
      }
    },
    FOUR_STARTS_MS,
  );

  it("is what a vendor's own number counts as, and two logins in a row that tell nothing", async () => {
    for (const [returns, tried] of [
      [0x80000123, 1],
      [CKR.GENERAL_ERROR, 2],
    ] as const) {
      rmSync(logFile(), { force: true });
      setFaults(faults(), [{ function: 'C_Login', returns }]);
      await using service = launch();
      await expect.poll(() => service.output).toContain('internal listens on');
      expect(await service.stop()).toEqual({ code: 1, signal: null });
      expect(logins()).toBe(tried);
    }
  });
});
