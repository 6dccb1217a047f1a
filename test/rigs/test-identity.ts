import { randomUUID, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { developmentCertificate } from '../../scripts/development/certificate.js';
import { makeTokenKeys } from './token-keys.js';

/** The simulated identity provider of the tests, and the service's own issuer. */
const PROVIDER = 'https://provider.test';
export const BUILT_IN_ISSUER = 'https://pinward.test';
const AUDIENCE = 'pinward';

export interface TokenClaims {
  readonly scopes: readonly string[];
  readonly clientId?: string;
  readonly tenantId?: string;
  /** For operators the person. Default: the client's id. */
  readonly subject?: string;
  /** Of the client certificate it is bound to (RFC 8705): SHA-256 of its DER, base64url. */
  readonly certificateThumbprint?: string;
  /** Seconds; negative makes an expired token. Default 900. */
  readonly lifetime?: number;
}

/** Certificate and token-signing key of a test; service processes that share them accept each other's tokens. */
export class TestIdentity implements Disposable {
  private constructor(
    private readonly folder: string,
    readonly certificateFile: string,
    readonly keyFile: string,
    readonly jwksFile: string,
    private readonly signingKey: CryptoKey,
    private readonly kid: string,
  ) {}

  static async make(): Promise<TestIdentity> {
    const folder = mkdtempSync(join(tmpdir(), 'pinward-identity-'));
    const { certificateFile, keyFile } = await developmentCertificate(join(folder, 'tls'), new Date());
    const jwksFile = join(folder, 'jwks.json');
    const { signingKey, kid } = await makeTokenKeys(jwksFile);
    return new TestIdentity(folder, certificateFile, keyFile, jwksFile, signingKey, kid);
  }

  /** PEM. */
  get certificate(): string {
    return readFileSync(this.certificateFile, 'utf8');
  }

  /** Where the codes of one-time passwords arrive. */
  get outboxFile(): string {
    return join(this.folder, 'outbox.ndjson');
  }

  /** The part of the service's environment that depends on it. */
  get environment(): Readonly<Record<string, string>> {
    return {
      TLS_CERT_FILE: this.certificateFile,
      TLS_KEY_FILE: this.keyFile,
      TOKEN_ISSUER: BUILT_IN_ISSUER,
      OIDC_ISSUER: PROVIDER,
      OIDC_KEYS_FILE: this.jwksFile,
      // Long runs have one token.
      OIDC_MAX_LIFETIME_SECONDS: '86400',
      DEVELOPMENT_OUTBOX_FILE: this.outboxFile,
    };
  }

  /** An access token (RFC 9068). */
  async tokenFor(claims: TokenClaims): Promise<string> {
    const {
      scopes,
      clientId = 'test-client',
      tenantId = 'default',
      subject = clientId,
      certificateThumbprint,
      lifetime = 900,
    } = claims;
    const now = Math.floor(Date.now() / 1_000);
    return await this.sign({
      client_id: clientId,
      tenant_id: tenantId,
      scope: scopes.join(' '),
      sub: subject,
      ...(certificateThumbprint === undefined ? {} : { cnf: { 'x5t#S256': certificateThumbprint } }),
      iat: Math.min(now, now + lifetime),
      exp: now + lifetime,
    });
  }

  /** With any claims and header, under the provider's key unless another is given. */
  async sign(
    claims: JWTPayload,
    header: Readonly<Record<string, unknown>> = {},
    key: CryptoKey | KeyObject | Uint8Array = this.signingKey,
  ): Promise<string> {
    return await new SignJWT({ iss: PROVIDER, aud: AUDIENCE, jti: randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: this.kid, ...header })
      .sign(key, { crit: { 'urn:pinward:test': true } });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
