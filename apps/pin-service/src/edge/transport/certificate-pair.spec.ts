import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkPair, readTlsFile, UnfitCertificate } from './certificate-pair.js';
import { CertificateReload } from './certificate-reload.js';
import { isValidAt, validityWarning } from './certificate-validity.js';
import { tlsOptions } from './tls-options.js';

interface Pair {
  readonly cert: string;
  readonly private: string;
}

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-28T12:00:00Z');
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

const folder = mkdtempSync(join(tmpdir(), 'pinward-pair-'));
const [certificateFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
const settings = {
  TLS_CERT_FILE: certificateFile,
  TLS_KEY_FILE: keyFile,
  TLS_MIN_VERSION: 'TLSv1.3' as const,
};
const told: string[] = [];

let rsa: Pair;
let elliptic: Pair;
const make = (from: number, to: number, keyType: 'rsa' | 'ec' = 'ec'): Promise<Pair> =>
  generate([{ name: 'commonName', value: 'pinward' }], {
    keyType,
    notBeforeDate: inDays(from),
    notAfterDate: inDays(to),
  });

beforeAll(async () => {
  [rsa, elliptic] = [await make(-1, 90, 'rsa'), await make(-1, 90)];
  vi.spyOn(Logger.prototype, 'warn').mockImplementation((line: string) => void told.push(line));
  vi.spyOn(Logger.prototype, 'error').mockImplementation((line: string) => void told.push(line));
  vi.spyOn(Logger.prototype, 'log').mockImplementation((line: string) => void told.push(line));
});
beforeEach(() => void told.splice(0));
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

let written = 0;
function write({ cert, private: key }: Pair): void {
  written += 1;
  // A file that changes within one tick of the clock is recognised by its length.
  writeFileSync(certificateFile, `${cert}${'\n'.repeat(written)}`);
  writeFileSync(keyFile, key, { mode: 0o600 });
}

describe('certificate and key', () => {
  it('belong together, of either kind', () => {
    for (const { cert, private: key } of [rsa, elliptic])
      expect(checkPair(Buffer.from(cert), Buffer.from(key))).toBeInstanceOf(X509Certificate);
  });

  it('of different kinds are refused at start, which TLS itself would take', () => {
    write({ cert: elliptic.cert, private: rsa.private });
    expect(() => tlsOptions(settings)).toThrow(
      'the key of TLS_KEY_FILE (rsa) is not the one of the certificate of TLS_CERT_FILE (ec)',
    );
    write({ cert: rsa.cert, private: elliptic.private });
    expect(() => tlsOptions(settings)).toThrow(UnfitCertificate);
  });

  it('of one kind are refused too, and so is what is neither', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const pem = other.export({ type: 'pkcs8', format: 'pem' });
    expect(() => checkPair(Buffer.from(elliptic.cert), Buffer.from(pem))).toThrow(/\(ec\) is not the one/);
    expect(() => checkPair(Buffer.from('x'), Buffer.from(pem))).toThrow('TLS_CERT_FILE holds no certificate');
    expect(() => checkPair(Buffer.from(elliptic.cert), Buffer.from('x'))).toThrow('TLS_KEY_FILE holds no');
    expect(() => readTlsFile('TLS_KEY_FILE', '/nowhere/key')).toThrow(
      'TLS_KEY_FILE: /nowhere/key is missing',
    );
    expect(() => readTlsFile('TLS_KEY_FILE', folder)).toThrow('is a directory');
  });

  it('of different kinds leave the working pair in use', () => {
    write(elliptic);
    const used: unknown[] = [];
    const server = { useCertificates: (tls: { readonly cert?: unknown }) => void used.push(tls.cert) };
    const reload = new CertificateReload(settings, [server], () => NOW);
    write({ cert: elliptic.cert, private: rsa.private });
    reload.check();
    expect(used).toEqual([]);
    expect(told).toEqual([
      expect.stringMatching(/cannot be used \(the key of TLS_KEY_FILE.*old one stays in use/),
    ]);
    write(rsa);
    reload.check();
    expect(used).toHaveLength(1);
  });
});

describe('the time of a certificate', () => {
  it('is told of in words once it is near its end, over, or not come', () => {
    const certificate = { validFrom: inDays(0).toUTCString(), validTo: inDays(90).toUTCString() };
    const words = (at: Date) => validityWarning(certificate, at);
    expect(words(inDays(-1))).toMatch(/^is not valid before Sat, 28 Nov 2026/);
    expect(words(inDays(0))).toBeNull();
    expect(words(inDays(75))).toBeNull();
    expect(words(inDays(76))).toMatch(/^expires at/);
    expect(words(inDays(90))).toMatch(/^has expired at/);
    expect([-1, 0, 89, 90].map((days) => isValidAt(certificate, inDays(days)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isValidAt({ ...certificate, validTo: 'unreadable' }, NOW)).toBe(false);
  });

  it('is measured, warned of once an hour, and an expired one never replaces a valid one', async () => {
    let now = NOW;
    write(elliptic);
    let taken = 0;
    const reload = new CertificateReload(settings, [{ useCertificates: () => void (taken += 1) }], () => now);
    expect(Math.round(reload.secondsLeft)).toBe(90 * 86_400);
    for (const [from, to] of [
      [-2, -1],
      [1, 2],
    ] as const) {
      write(await make(from, to));
      reload.check();
    }
    expect(taken).toBe(0);
    expect(told.join('\n')).toMatch(/TLS_CERT_FILE has expired at.*\n.*TLS_CERT_FILE is not valid before/);
    told.splice(0);
    now = inDays(91);
    for (let check = 0; check < 3; check += 1) reload.check();
    expect(told).toEqual([expect.stringMatching(/^the certificate of TLS_CERT_FILE has expired/)]);
    expect(reload.secondsLeft).toBeLessThan(0);
    // Both have expired: the newer files are the intended ones.
    write(await make(-2, 89));
    reload.check();
    expect(taken).toBe(1);
  });
});
