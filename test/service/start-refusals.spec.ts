import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerKeys } from '#libs/database';
import { TokenPin } from '#libs/hsm';
import { DEVELOPMENT_ISSUER } from '../../apps/pin-service/src/config/production.js';
import { developmentClients } from '../../scripts/development/development-clients.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { ServiceProcess, TestIdentity, type ServiceOptions } from '../support/service-process.js';
import { makeTestToken, type TestToken } from '../support/token.js';

const PRODUCTION = { PINWARD_ENV: 'production', ADMIN_PORT: '0', INTERNAL_PORT: '0' };

let token: TestToken;
let database: TestDatabase;
let identity: TestIdentity;

beforeAll(async () => {
  [token, database, identity] = [
    await makeTestToken(),
    await createTestDatabase(),
    await TestIdentity.make(),
  ];
  const owner = await database.open({ url: database.ownerUrl, poolSize: 1 });
  await registerKeys(owner, token.registeredKeys);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await token.remove();
  identity[Symbol.dispose]();
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
        TOKEN_ISSUER: DEVELOPMENT_ISSUER,
      },
    });
    expect(words).toContain('SoftHSM2');
    expect(words).toContain('development certificate');
    expect(words).toContain('development tokens');
    expect(words).toContain('HSM_ALLOW_WEAK_ENFORCEMENT');
    expect(words).toContain('DEVELOPMENT_OUTBOX_FILE');
  });

  it('in production on the embedded PostgreSQL, when everything else looks like production', async () => {
    const folder = mkdtempSync(join(token.directory, 'clients-'));
    const owner = await database.open({ url: database.ownerUrl, poolSize: 1 });
    await developmentClients(owner, join(folder, 'clients.json'));
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'pinward.example' }]);
    const file = (name: string) => join(token.directory, name);
    writeFileSync(file('certificate.pem'), cert);
    writeFileSync(file('key.pem'), key, { mode: 0o600 });
    symlinkSync(token.module, file('module.so'));
    const words = await refusal({
      module: file('module.so'),
      environment: {
        ...PRODUCTION,
        PKCS11_PROFILE: 'luna',
        TLS_CERT_FILE: file('certificate.pem'),
        TLS_KEY_FILE: file('key.pem'),
        TOKEN_ISSUER: 'https://issuer.example',
        DEVELOPMENT_OUTBOX_FILE: undefined,
        AUDIT_CHECKPOINT_FILE: file('checkpoint'),
      },
    });
    expect(words).toContain('embedded PostgreSQL');
    expect(words).toContain('fsync');
    expect(words).toContain('development-card-app');
  });

  it('outside tests on a PostgreSQL that forgets commits', async () => {
    const words = await refusal({ environment: { PINWARD_ENV: 'development' } });
    expect(words).toMatch(/fsync/);
    expect(words).toMatch(/synchronous_commit/);
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

  it('on a wrong token PIN, and does not try it twice', async () => {
    const wrong = { ...token, tokenPin: new TokenPin('00000000') };
    const words = await refusal({ token: wrong });
    expect(words).toMatch(/refused its PIN.*not tried again/);
    expect(words).not.toContain('00000000');
  });

  it('on faults in the configuration, all named at once', async () => {
    const words = await refusal({ environment: { PORT: 'x', PIN_MAX_TRIES: '99', TOKEN_ISSUER: '' } });
    for (const name of ['PORT', 'PIN_MAX_TRIES', 'TOKEN_ISSUER']) expect(words).toContain(name);
  });

  it('when no key has been registered', async () => {
    await using other = await createTestDatabase();
    expect(await refusal({ databaseUrl: other.serviceUrl })).toMatch(/pin-transport|pin-wrapping/);
  });
});
