import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEVELOPMENT_CERTIFICATE, DEVELOPMENT_ISSUER } from '../../apps/pin-service/src/config/production.js';
import { issueTokens, tokenKeys } from '../../scripts/development/access-tokens.js';
import { developmentCertificate } from '../../scripts/development/certificate.js';

const NOW = new Date('2026-11-23T12:00:00Z');
const days = (count: number) => new Date(NOW.getTime() + count * 24 * 3_600_000);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pinward-credentials-'));
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

describe('development access tokens', () => {
  it('are what the service verifies, for each client', async () => {
    const keys = await tokenKeys(directory);
    const trusted = JSON.parse(readFileSync(keys.publicFile, 'utf8')) as JSONWebKeySet;
    const clients = await issueTokens(keys, NOW);
    expect(clients.map(({ clientId }) => clientId)).toEqual(['card-app', 'operator-1', 'operator-2']);
    for (const { clientId, scopes, token } of clients) {
      const { payload } = await jwtVerify(token, createLocalJWKSet(trusted), {
        algorithms: ['RS256'],
        typ: 'at+jwt',
        issuer: DEVELOPMENT_ISSUER,
        audience: 'pinward',
        currentDate: days(29),
      });
      expect(payload).toMatchObject({ sub: clientId, client_id: clientId, tenant_id: 'default' });
      expect(payload['scope']).toBe(scopes.join(' '));
    }
  });

  it('are signed by a key that is kept; only its public half is published', async () => {
    const first = await tokenKeys(directory);
    const second = await tokenKeys(directory);
    expect(second.privateJwk.kid).toBe(first.privateJwk.kid);
    expect(Object.keys(first.privateJwk)).toContain('d');
    const published = JSON.parse(readFileSync(first.publicFile, 'utf8')) as JSONWebKeySet;
    expect(published.keys.map((key) => Object.keys(key).toSorted())).toEqual([
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    ]);
    const [card] = await issueTokens(first, NOW);
    const [again] = await issueTokens(second, NOW);
    expect(again?.clientSecret).toBe(card?.clientSecret);
    expect(card?.clientSecret.length).toBeGreaterThanOrEqual(32);
  });
});
