import { createHash, randomUUID, type KeyObject } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { SigningAlgorithm } from '#libs/api-clients';
import type { PrivateJwk } from '#libs/client/backend';

export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Members that are undefined are left out. */
export type Changes = Readonly<Record<string, unknown>>;

export const seconds = () => Math.floor(Date.now() / 1_000);

/** A key pair of a client, and what it signs. */
export class SigningKey {
  private constructor(
    readonly alg: SigningAlgorithm,
    readonly privateKey: CryptoKey,
    readonly jwk: JWK,
  ) {}

  static async make(
    alg: SigningAlgorithm = 'ES256',
    kid = `key-${randomUUID().slice(0, 8)}x`,
  ): Promise<SigningKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    return new SigningKey(alg, privateKey, { ...(await exportJWK(publicKey)), kid });
  }

  get kid(): string {
    return this.jwk.kid ?? '';
  }

  get set(): { readonly keys: readonly JWK[] } {
    return { keys: [this.jwk] };
  }

  /** As a program that has read it from its store. */
  async exported(): Promise<{ readonly privateKey: PrivateJwk; readonly kid: string }> {
    return { privateKey: (await exportJWK(this.privateKey)) as PrivateJwk, kid: this.kid };
  }

  /** RFC 7523, section 2.2, as the FAPI 2.0 Security Profile wants it. */
  async assertion(clientId: string, audience: string, { claims = {}, header = {}, key }: Signing = {}) {
    const all = { iss: clientId, sub: clientId, aud: audience, exp: seconds() + 60, jti: randomUUID() };
    return await this.sign({ ...all, ...claims }, { kid: this.kid, ...header }, key);
  }

  /** RFC 9449, section 4.2. @param token that it goes with */
  async proof(
    method: string,
    url: string,
    { claims = {}, header = {}, key, token, nonce }: ProofSigning = {},
  ) {
    const { kid: _, ...jwk } = this.jwk;
    const all = {
      ...{ htm: method, htu: url, iat: seconds(), jti: randomUUID() },
      ...(token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') }),
      ...(nonce === undefined ? {} : { nonce }),
    };
    return await this.sign({ ...all, ...claims }, { typ: 'dpop+jwt', jwk, ...header }, key);
  }

  async sign(claims: Changes, header: Changes, key: SigningMaterial = this.privateKey): Promise<string> {
    return await new SignJWT(claims)
      .setProtectedHeader({ alg: this.alg, ...header })
      .sign(key, { crit: { 'urn:pinward:test': true } });
  }
}

type SigningMaterial = CryptoKey | KeyObject | Uint8Array;

export interface Signing {
  readonly claims?: Changes;
  readonly header?: Changes;
  readonly key?: SigningMaterial | undefined;
}

export interface ProofSigning extends Signing {
  readonly token?: string | undefined;
  readonly nonce?: string | undefined;
}
