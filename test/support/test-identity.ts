import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJWK, SignJWT, type CryptoKey } from 'jose';
import {
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  tokenKeys,
} from '../../scripts/development/access-tokens.js';
import { developmentCertificate } from '../../scripts/development/certificate.js';

export interface TokenClaims {
  readonly scopes: readonly string[];
  readonly clientId?: string;
  readonly tenantId?: string;
  /** For operators the person. Default: the client's id. */
  readonly subject?: string;
  /** Seconds; negative makes an expired token. Default 900. */
  readonly lifetime?: number;
}

/** Certificate and token-signing key of a test; service processes that share it take each other's tokens. */
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
    const { privateJwk, publicFile } = await tokenKeys(join(folder, 'tokens'));
    const signingKey = (await importJWK(privateJwk, 'RS256')) as CryptoKey;
    const kid = privateJwk.kid ?? '';
    return new TestIdentity(folder, certificateFile, keyFile, publicFile, signingKey, kid);
  }

  /** PEM. */
  get certificate(): string {
    return readFileSync(this.certificateFile, 'utf8');
  }

  /** The part of the service's environment that depends on it. */
  get environment(): Readonly<Record<string, string>> {
    return {
      TLS_CERT_FILE: this.certificateFile,
      TLS_KEY_FILE: this.keyFile,
      TOKEN_KEYS_FILE: this.jwksFile,
      TOKEN_ISSUER: DEVELOPMENT_ISSUER,
      TOKEN_AUDIENCE: DEVELOPMENT_AUDIENCE,
    };
  }

  /** An access token (RFC 9068). */
  async tokenFor(claims: TokenClaims): Promise<string> {
    const {
      scopes,
      clientId = 'test-client',
      tenantId = 'default',
      subject = clientId,
      lifetime = 900,
    } = claims;
    const now = Math.floor(Date.now() / 1_000);
    return await new SignJWT({ client_id: clientId, tenant_id: tenantId, scope: scopes.join(' ') })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: this.kid })
      .setIssuer(DEVELOPMENT_ISSUER)
      .setAudience(DEVELOPMENT_AUDIENCE)
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt(Math.min(now, now + lifetime))
      .setExpirationTime(now + lifetime)
      .sign(this.signingKey);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
