import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataSource, refusedConnection } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

async function reason(url: string): Promise<string> {
  const refused = await createDataSource(url, { poolSize: 1, connectTimeoutMs: 2_000 })
    .initialize()
    .then(
      () => null,
      (fault: unknown) => fault,
    );
  expect(refused).not.toBeNull();
  const words = refusedConnection(refused, url);
  const { password } = new URL(url);
  if (password !== '') expect(words).not.toContain(password);
  return words;
}

function changed(change: (url: URL) => unknown): string {
  const url = new URL(database.serviceUrl);
  change(url);
  return url.href;
}

describe('a connection that is refused says why', () => {
  it.each([
    [
      'a wrong password',
      (url: URL) => (url.password = 'wrong-one'),
      /refuses the role "pinward_service".*password is wrong/,
    ],
    ['no such role', (url: URL) => (url.username = 'nobody'), /refuses the role "nobody".*no such role/],
    ['no such database', (url: URL) => (url.pathname = '/nowhere'), /there is no database "nowhere"/],
    [
      'no such name',
      (url: URL) => (url.hostname = 'database.invalid'),
      /the name database\.invalid cannot be resolved/,
    ],
    ['nobody there', (url: URL) => (url.port = '1'), /nobody listens at 127\.0\.0\.1 on port 1/],
    ['no TLS', (url: URL) => url.searchParams.set('sslmode', 'require'), /does not speak TLS/],
    [
      'no root file',
      (url: URL) => url.searchParams.set('sslrootcert', '/nowhere/ca.pem'),
      /a file of the URL \(sslrootcert.*missing/,
    ],
    [
      'an unknown setting',
      (url: URL) => url.searchParams.set('options', '-c pinward=1'),
      /does not know a setting/,
    ],
  ])('%s', async (_name, change, words) => {
    expect(await reason(changed(change))).toMatch(words);
  });

  it('too many connections', async () => {
    const superuser = await database.open({ url: database.superuserUrl, poolSize: 1 });
    const role = `limited_${database.name}`;
    await superuser.query(`CREATE ROLE ${role} LOGIN PASSWORD 'limited' CONNECTION LIMIT 0`);
    await superuser.query(`GRANT CONNECT ON DATABASE ${database.name} TO ${role}`);
    try {
      const url = changed((target) => {
        target.username = role;
        target.password = 'limited';
      });
      expect(await reason(url)).toMatch(/no connection left.*DATABASE_POOL_SIZE/);
    } finally {
      await superuser.query(`REVOKE CONNECT ON DATABASE ${database.name} FROM ${role}`);
      await superuser.query(`DROP ROLE ${role}`);
    }
  });

  it('a server that no authority vouches for, and one of another name', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'elsewhere' }]);
    // As PostgreSQL begins TLS: an SSLRequest of 8 bytes, answered by the letter S (protocol, section 54.2).
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('S');
        new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) }).on(
          'error',
          () => undefined,
        );
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = changed((target) => {
      target.port = String(port);
      target.searchParams.set('sslmode', 'verify-full');
    });
    expect(await reason(url)).toMatch(/by no authority that is trusted here: sslrootcert/);
    server.close();
  });
});
