import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Logger } from '@nestjs/common';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from './http-heads.js';
import { ListeningServer } from '../listeners/listening-server.js';
import { CertificateReload } from './certificate-reload.js';
import { tlsOptions, type TlsSettings } from './tls-options.js';

interface Pair {
  readonly cert: string;
  readonly private: string;
}

const SUITE_OF_1_2 = 'ECDHE-RSA-AES128-GCM-SHA256';

let first: Pair;
let second: Pair;
let folder: string;
let server: ListeningServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  first = await generate([{ name: 'commonName', value: 'first' }]);
  second = await generate([{ name: 'commonName', value: 'second' }]);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinward-tls-'));
});
afterEach(() => {
  server.cut();
  rmSync(folder, { recursive: true });
});

/** The way Kubernetes mounts a secret: names that link through a folder, which is switched as a whole. */
function mount(name: string, pair: Pair, key = pair.private): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'tls.crt'), pair.cert);
  writeFileSync(join(folder, name, 'tls.key'), key, { mode: 0o600 });
  symlinkSync(name, join(folder, '..fresh'));
  renameSync(join(folder, '..fresh'), join(folder, '..data'));
}

async function serve(changed: Partial<TlsSettings> = {}): Promise<CertificateReload> {
  const settings: TlsSettings = {
    TLS_CERT_FILE: join(folder, '..data/tls.crt'),
    TLS_KEY_FILE: join(folder, '..data/tls.key'),
    TLS_MIN_VERSION: 'TLSv1.3',
    ...changed,
  };
  server = await ListeningServer.open({
    plan: { name: 'card-apps', zones: ['card-apps'], host: '127.0.0.1', port: 0, tls: true },
    route: (_request, response) => void response.end('served'),
    unrouted: { heads: SECURITY_HEADERS, tell: () => undefined },
    limits: {
      REQUEST_TIMEOUT_MS: 30_000,
      MAX_CONNECTIONS: 100,
      MAX_CONNECTIONS_PER_ADDRESS: 100,
      TRUSTED_PROXIES: [],
    },
    tls: tlsOptions(settings),
  });
  return new CertificateReload(settings, [server]);
}

async function open(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const port = Number(new URL(server.url).port);
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function served(options: ConnectionOptions = {}): Promise<string> {
  const socket = await open(options);
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return String(name);
}

/** An answer over an open connection; nothing when the server closes it instead. */
async function ask(socket: TLSSocket): Promise<string> {
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const closed = once(socket, 'close').then(() => ['']);
  const [answer] = (await Promise.race([once(socket, 'data'), closed])) as [Buffer | string];
  return answer.toString();
}

describe('a new certificate', () => {
  it('is served to new connections, and those that exist go on', async () => {
    mount('one', first);
    const reload = await serve();
    const existing = await open();
    expect(await ask(existing)).toContain('served');
    mount('two', second);
    expect(await served()).toBe('first');
    reload.check();
    expect(await served()).toBe('second');
    expect(await ask(existing)).toContain('served');
    existing.destroy();
  });

  it('is not taken while its key is another one’s, unreadable or missing; later it is', async () => {
    mount('one', first);
    const reload = await serve();
    mount('mismatched', second, first.private);
    reload.check();
    expect(await served()).toBe('first');
    mount('broken', { ...second, cert: 'no certificate' });
    reload.check();
    expect(await served()).toBe('first');
    rmSync(join(folder, '..data'));
    reload.check();
    expect(await served()).toBe('first');
    mount('two', second);
    reload.check();
    expect(await served()).toBe('second');
  });

  it('is not taken while others can read its key; with the rights set right it is, though nothing else changed', async () => {
    mount('one', first);
    const reload = await serve();
    mount('open', second);
    chmodSync(join(folder, 'open/tls.key'), 0o644);
    reload.check();
    expect(await served()).toBe('first');
    chmodSync(join(folder, 'open/tls.key'), 0o600);
    reload.check();
    expect(await served()).toBe('second');
  });

  it('does not bring back TLS 1.2', async () => {
    mount('one', first);
    const reload = await serve();
    const old = { maxVersion: 'TLSv1.2' } as const;
    await expect(open(old)).rejects.toThrow(/protocol version|handshake failure/);
    mount('two', second);
    reload.check();
    expect(await served()).toBe('second');
    await expect(open(old)).rejects.toThrow(/protocol version|handshake failure/);
  });

  it('may come with other authorities for client certificates', async () => {
    const [known, later] = [
      await generate([{ name: 'commonName', value: 'known' }]),
      await generate([{ name: 'commonName', value: 'later' }]),
    ];
    mount('one', first);
    const authorities = join(folder, 'ca.pem');
    writeFileSync(authorities, known.cert);
    const reload = await serve({ TLS_CLIENT_CA_FILE: authorities });
    const accepts = async ({ cert, private: key }: Pair) => {
      const socket = await open({ cert, key });
      const answer = await ask(socket);
      socket.destroy();
      return answer.includes('served');
    };
    expect([await accepts(known), await accepts(later)]).toEqual([true, false]);
    writeFileSync(authorities, `${later.cert}\n`);
    reload.check();
    expect([await accepts(known), await accepts(later)]).toEqual([false, true]);
  });
});

describe('TLS 1.2, where it is allowed', () => {
  it('has forward secrecy and authenticated encryption', async () => {
    mount('one', first);
    await serve({ TLS_MIN_VERSION: 'TLSv1.2' });
    const over = async (ciphers: string) => await served({ maxVersion: 'TLSv1.2', ciphers });
    expect(await over(SUITE_OF_1_2)).toBe('first');
    for (const weak of [
      'AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-SHA256',
      'ECDHE-RSA-AES256-SHA',
      'DHE-RSA-AES128-GCM-SHA256',
    ]) {
      await expect(over(weak), weak).rejects.toThrow(/handshake failure/);
    }
    await expect(
      served({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }),
    ).rejects.toThrow();
    expect(await served()).toBe('first');
  });
});
