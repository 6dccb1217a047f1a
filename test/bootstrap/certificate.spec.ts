import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEVELOPMENT_CERTIFICATE } from '../../apps/pin-service/src/config/production.js';
import { developmentCertificate } from '../../scripts/development/certificate.js';

const NOW = new Date('2026-11-23T12:00:00Z');
const days = (count: number) => new Date(NOW.getTime() + count * 24 * 3_600_000);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pinward-certificate-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('the development certificate', () => {
  it('names this machine, and itself as one that production refuses', async () => {
    const { certificateFile, keyFile } = await developmentCertificate(directory, NOW);
    const certificate = new X509Certificate(readFileSync(certificateFile));
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(certificate.subject).toContain(DEVELOPMENT_CERTIFICATE);
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  it('is kept while it is valid and remade before it expires', async () => {
    const { certificateFile } = await developmentCertificate(directory, NOW);
    const first = readFileSync(certificateFile, 'utf8');
    await developmentCertificate(directory, days(300));
    expect(readFileSync(certificateFile, 'utf8')).toBe(first);
    await developmentCertificate(directory, days(364));
    const second = new X509Certificate(readFileSync(certificateFile));
    expect(new Date(second.validTo).getTime()).toBeGreaterThan(days(700).getTime());
  });
});
