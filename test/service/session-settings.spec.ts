import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { ClientKit, contextOf, type Known } from '../clients/client-kit.js';
import { findPgBouncer, PgBouncer } from '../rigs/pg-bouncer.js';
import { ServiceProcess, TestIdentity, type ServiceOptions } from '../rigs/service-process.js';
import { makeTestToken, type TestToken } from '../rigs/token.js';
import { registerKeys } from '#libs/keys';

const program = findPgBouncer();

let token: TestToken;
let kit: ClientKit;
let identity: TestIdentity;
let superuser: DataSource;
beforeAll(async () => {
  [token, kit, identity] = [await makeTestToken(), await ClientKit.open(), await TestIdentity.make()];
  await registerKeys(kit.owner, token.registeredKeys);
  superuser = await kit.database.open({ url: kit.database.superuserUrl, poolSize: 1 });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await token.remove();
  identity[Symbol.dispose]();
});

/** Of this database alone: the role is other tests' as well. */
const role = () => `ALTER ROLE pinward_service IN DATABASE ${kit.database.name}`;

const options = (changed: Partial<ServiceOptions> = {}): ServiceOptions => ({
  identity,
  databaseUrl: kit.database.serviceUrl,
  token,
  ...changed,
});

async function refusal(changed: Partial<ServiceOptions> = {}): Promise<string> {
  await using service = ServiceProcess.launch(options(changed));
  const words = await service.lastWords();
  expect(await service.exited).toEqual({ code: 1, signal: null });
  expect(words).not.toMatch(/^ +at /m);
  return words;
}

describe('with settings of its own that a role has', () => {
  it('the service lets in no client that was shut out: an old secret and a revoked client get no token', async () => {
    const [rotated, revoked] = [await kit.newClient(), await kit.newClient()];
    const { secret } = await kit
      .registry({ secretOverlapHours: 0 })
      .rotateSecret(contextOf(), rotated.clientId);
    await kit.registry().revoke(contextOf(), revoked.clientId);
    await superuser.query(`${role()} SET DateStyle = 'German'`);
    await using service = await ServiceProcess.start(
      options({ environment: { CLIENT_SECRET_OVERLAP_HOURS: '0', TOKEN_BUILT_IN_ISSUER: 'true' } }),
    );
    const status = async ({ clientId, secret: clientSecret }: Known) => {
      const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
      const answer = await service.request('POST', '/v1/oauth/token', {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      });
      return answer.status;
    };
    expect(await status({ ...rotated, secret: secret.reveal() })).toBe(200);
    expect(await status(rotated)).toBe(401);
    expect(await status(revoked)).toBe(401);
    await superuser.query(`${role()} RESET DateStyle`);
  });

  it('the service does not start where the role may not write, and says so', async () => {
    await superuser.query(`${role()} SET default_transaction_read_only = on`);
    const words = await refusal();
    await superuser.query(`${role()} RESET default_transaction_read_only`);
    expect(words).toContain('the database role may not write: default_transaction_read_only is "on"');
  });
});

describe('the service does not start', () => {
  it('with a URL that is none, and names the character', async () => {
    const words = await refusal({ databaseUrl: 'postgresql://role:sec%ret@127.0.0.1/pinward' });
    expect(words).toContain('DATABASE_URL: has a raw "%" in role or password: write %25');
    expect(words).not.toContain('sec%ret');
  });

  it('with a role that the server refuses, and names it', async () => {
    const url = new URL(kit.database.serviceUrl);
    url.password = 'wrong-one';
    const words = await refusal({ databaseUrl: url.href });
    expect(words).toMatch(
      /DATABASE_URL: PostgreSQL refuses the role "pinward_service": the password is wrong/,
    );
    expect(words).not.toContain('wrong-one');
  });

  it.skipIf(program === null)('behind a pooler in transaction mode', async () => {
    const { serviceUrl } = kit.database;
    await using bouncer = await PgBouncer.start(program ?? '', [serviceUrl], {
      mode: 'transaction',
      poolSize: 4,
      ignored: 'options,extra_float_digits',
    });
    expect(await refusal({ databaseUrl: bouncer.url(serviceUrl) })).toContain(
      'this connection does not keep its session',
    );
  });
});
