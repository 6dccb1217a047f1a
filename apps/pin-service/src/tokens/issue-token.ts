import { randomUUID } from 'node:crypto';
import type { ApiClient, Scope } from '#libs/api-clients';
import { HsmUnavailable, signedJws, unavailableIfHsmFault, type PinHsm } from '#libs/hsm';
import { ACCESS_TOKEN_TYPE } from '../edge/authentication/built-in-issuer.js';
import { OAuthError } from './oauth-error.js';

export interface IssuePolicy {
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

/** A token for a client that has proved who it is. */
export interface AskedToken {
  readonly client: ApiClient;
  /** Null for all that the client may have. */
  readonly scopes: readonly string[] | null;
  /** SHA-256 of the client certificate, base64url; the token is bound to it (RFC 8705, section 3). */
  readonly certificateThumbprint: string | null;
  /** Thumbprint of the key that was proved; the token is bound to it (RFC 9449, section 5). */
  readonly keyThumbprint: string | null;
}

/** RFC 6749, section 5.1. */
export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: 'Bearer' | 'DPoP';
  readonly expires_in: number;
  readonly scope: string;
}

/** Issues access tokens (RFC 9068) for client credentials; the signature is made inside the HSM. */
export class IssueToken {
  constructor(
    private readonly hsm: PinHsm,
    private readonly policy: IssuePolicy,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** @throws OAuthError invalid_scope; PinwardError HSM_UNAVAILABLE */
  async execute(asked: AskedToken): Promise<IssuedToken> {
    // 1. What the token may do.
    const granted = grantedScopes(asked.client, asked.scopes);
    // 2. Sign.
    const token = await this.sign(this.claims(asked, granted)).catch(unavailableIfHsmFault);
    return {
      access_token: token,
      token_type: asked.keyThumbprint === null ? 'Bearer' : 'DPoP',
      expires_in: this.policy.lifetimeSeconds,
      scope: granted.join(' '),
    };
  }

  private claims({ client, ...bound }: AskedToken, scopes: readonly Scope[]): object {
    const { issuer, audience, lifetimeSeconds } = this.policy;
    const issuedAt = Math.floor(this.now().getTime() / 1_000);
    return {
      iss: issuer,
      aud: audience,
      sub: client.person ?? client.clientId,
      client_id: client.clientId,
      tenant_id: client.tenantId,
      scope: scopes.join(' '),
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + lifetimeSeconds,
      jti: randomUUID(),
      ...confirmation(bound),
    };
  }

  private async sign(payload: object): Promise<string> {
    const current = this.hsm.signingKeys('token-signing').find((key) => key.current);
    if (current === undefined) throw new HsmUnavailable('no token-signing key is current');
    const parts = { typ: ACCESS_TOKEN_TYPE, kid: current.kid, payload };
    // A rotation may come between the two.
    return (await signedJws(this.hsm, 'token-signing', parts)) ?? (await this.sign(payload));
  }
}

/** RFC 7800, section 3: whoever shows the token has to show both, where there are both. */
function confirmation({
  certificateThumbprint,
  keyThumbprint,
}: Pick<AskedToken, 'certificateThumbprint' | 'keyThumbprint'>): object {
  if (certificateThumbprint === null && keyThumbprint === null) return {};
  return {
    cnf: {
      ...(certificateThumbprint === null ? {} : { 'x5t#S256': certificateThumbprint }),
      ...(keyThumbprint === null ? {} : { jkt: keyThumbprint }),
    },
  };
}

function grantedScopes(client: ApiClient, asked: readonly string[] | null): readonly Scope[] {
  if (asked === null) return client.scopes;
  const granted = client.scopes.filter((scope) => asked.includes(scope));
  if (granted.length !== asked.length) throw new OAuthError('invalid_scope');
  return granted;
}
