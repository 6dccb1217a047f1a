import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cipherSuites } from '#libs/tls-policy';
import { asSuperuser, createTestDatabase, startTestServer } from '../rigs/postgres.js';
import { CbomKit } from './cbom-kit.js';

/** How OpenSSL's groups agree on a key, by the names in the inventory. */
const AGREEMENT: Readonly<Record<string, readonly string[]>> = {
  X25519MLKEM768: ['x25519', 'ML-KEM-768'],
  x25519: ['x25519'],
  x448: ['x448'],
  secp256r1: ['ECDHE-P-256'],
  secp384r1: ['ECDHE-P-384'],
  secp521r1: ['ECDHE-P-521'],
  ffdhe2048: ['FFDHE-2048'],
  ffdhe3072: ['FFDHE-3072'],
};

let kit: CbomKit;
beforeAll(async () => {
  kit = await CbomKit.open();
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

describe('the protocols of pinctl cbom', () => {
  interface Entry {
    readonly name?: string;
    readonly identifiers: readonly [string, string];
    readonly tlsGroups?: readonly string[];
  }
  const suitesOf = (properties: Readonly<Record<string, unknown>>) =>
    properties['cipherSuites'] as readonly Entry[];

  it('are TLS 1.3 alone for callers, unless 1.2 is allowed', async () => {
    const strict = await kit.print(['--no-hsm']);
    expect(strict.crypto('protocol/tls-server')['version']).toBe('1.3');
    expect(suitesOf(strict.crypto('protocol/tls-server')).map(({ name }) => name)).toEqual(
      cipherSuites('TLSv1.3'),
    );
    const lax = await kit.print(['--no-hsm'], { TLS_MIN_VERSION: 'TLSv1.2' });
    expect(lax.crypto('protocol/tls-server')['version']).toBe('1.2');
    expect(suitesOf(lax.crypto('protocol/tls-server'))).toHaveLength(7);
  });

  it('name the groups that a handshake really agrees on, the most preferred first', async () => {
    const { crypto } = await kit.print(['--no-hsm']).then((printed) => ({
      crypto: printed.crypto('protocol/tls-server'),
    }));
    const groups = suitesOf(crypto)[0]?.tlsGroups ?? [];
    const pair = await generate([{ name: 'commonName', value: 'x' }], { algorithm: 'sha256' });
    const server = createServer({
      key: pair.private,
      cert: pair.cert,
      ciphers: cipherSuites('TLSv1.3').join(':'),
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client: TLSSocket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(client, 'secureConnect');
    expect(client.getEphemeralKeyInfo()).toMatchObject({ name: groups[0] });
    client.destroy();
    server.close();
    // OpenSSL 3.5 is the first with a group that resists quantum computers.
    const [major = 0, minor = 0] = process.versions.openssl.split('.').map(Number);
    expect(groups.includes('X25519MLKEM768')).toBe(major > 3 || (major === 3 && minor >= 5));
  });

  it('have what agrees on a key in each group as an algorithm', async () => {
    const printed = await kit.print(['--no-hsm']);
    const groups = suitesOf(printed.crypto('protocol/tls-server'))[0]?.tlsGroups ?? [];
    expect(groups.length).toBeGreaterThan(4);
    const expected = groups.flatMap((group) => AGREEMENT[group] ?? [`none for ${group}`]);
    const has = (name: string) => printed.component(`algorithm/openssl/${name}`) !== undefined;
    expect(expected.filter((name) => !has(name))).toEqual([]);
  });

  it('name a suite of TLS 1.3 by the number that OpenSSL sends for it', async () => {
    const printed = await kit.print(['--no-hsm']);
    const own = suitesOf(printed.crypto('protocol/tls-client'));
    const ofNode = suitesOf(printed.crypto('protocol/tls-client-default'));
    for (const { name, identifiers } of own)
      expect(ofNode).toContainEqual(expect.objectContaining({ name, identifiers }));
  });

  it('include what the connection to PostgreSQL has agreed on', async () => {
    const server = await startTestServer({ durable: false });
    try {
      const pair = await generate([{ name: 'commonName', value: '127.0.0.1' }], { algorithm: 'sha256' });
      const [directory] = await asSuperuser(server, (superuser) =>
        superuser.query<{ at: string }[]>("SELECT current_setting('data_directory') AS at"),
      );
      const at = directory?.at ?? '';
      writeFileSync(join(at, 'server.crt'), pair.cert);
      writeFileSync(join(at, 'server.key'), pair.private);
      chmodSync(join(at, 'server.key'), 0o600);
      await using database = await createTestDatabase(server);
      await asSuperuser(server, async (superuser) => {
        await superuser.query('ALTER SYSTEM SET ssl = on');
        await superuser.query('SELECT pg_reload_conf()');
      });
      const url = new URL(database.serviceUrl);
      url.searchParams.set('sslmode', 'no-verify');
      const printed = await kit.print(['--no-hsm'], { DATABASE_URL: url.href });
      expect(printed.crypto('protocol/tls-postgresql')).toMatchObject({
        version: '1.3',
        cipherSuites: [expect.objectContaining({ name: 'TLS_AES_256_GCM_SHA384' })],
      });
      expect(printed.bom.properties).not.toContainEqual(expect.objectContaining({ name: 'pinward:remark' }));
    } finally {
      await server.dispose();
    }
  });
});
