import * as oidc from 'openid-client';
import { PinwardError } from '#libs/errors';
import { getOverHttps, postOverHttps } from '#libs/outbound-https';
import type { SecretText } from '#libs/secret-text';

/** A login or a renewal waits for the provider at most so long. */
const WITHIN_MS = 5_000;
/** Key sets and answers with long tokens are below it. */
const LONGEST_ANSWER = 256 * 1_024;
const RETRY_AFTER_SECONDS = 5;

export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: SecretText;
  /** Certificate authorities of the provider, PEM; the system's where absent. */
  readonly ca: string | undefined;
  /** What the login asks for, separated by blanks. */
  readonly scope: string;
  /** RFC 8707; where the provider wants the API to be named. */
  readonly resource: string | undefined;
  /** The authentication context that a fresh login asks for; none where absent. */
  readonly freshAcr: string | undefined;
  /** Where the provider sends the person back: the console's callback. */
  readonly redirectUri: string;
  /** The same after a logout. */
  readonly signedOutUri: string;
}

/** What a login needs to know again when the person comes back. */
export interface LoginBegun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly fresh: boolean;
}

export interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Null where the provider offers no logout that would ask for it. */
  readonly idToken: string | null;
  /** The provider's `sid`: the login that a back-channel logout names. */
  readonly providerSession: string | null;
  readonly subject: string;
  readonly name: string | null;
  readonly authenticatedAt: Date;
}

const UNMATCHED = new Set(['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED']);

/** The person may not, or may no longer, sign in; the provider says so. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

/** The OpenID provider as the console uses it: authorization code with PKCE (RFC 7636), by `openid-client`. */
export class ConsoleProvider {
  #found: oidc.Configuration | null = null;

  constructor(private readonly settings: ProviderSettings) {}

  /** @returns where to send the browser */
  async begin({ state, nonce, verifier, fresh }: LoginBegun): Promise<URL> {
    const { redirectUri, scope, resource, freshAcr } = this.settings;
    const code_challenge = await oidc.calculatePKCECodeChallenge(verifier);
    return oidc.buildAuthorizationUrl(await this.configuration(), {
      redirect_uri: redirectUri,
      scope,
      state,
      nonce,
      code_challenge,
      code_challenge_method: 'S256',
      ...(resource === undefined ? {} : { resource }),
      // A provider that knows only one of the two asks again as well.
      ...(fresh ? { max_age: '0', prompt: 'login' } : {}),
      ...(fresh && freshAcr !== undefined ? { acr_values: freshAcr } : {}),
    });
  }

  /**
   * @param query of the callback, as it came
   * @throws LoginRefused; PinwardError ISSUER_UNAVAILABLE
   */
  async finish(query: string, { state, nonce, verifier, fresh }: LoginBegun): Promise<SignedIn> {
    const { redirectUri, freshAcr, resource } = this.settings;
    const begun = Date.now();
    const configuration = await this.configuration();
    const tokens = await told(
      oidc.authorizationCodeGrant(
        configuration,
        new URL(`${redirectUri}${query}`),
        { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
        resource === undefined ? {} : { resource },
      ),
    );
    const claims = tokens.claims();
    if (claims === undefined) throw new LoginRefused('no ID token');
    if (fresh && freshAcr !== undefined && claims.acr !== freshAcr) throw new LoginRefused('another acr');
    return {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token ?? null,
      idToken: offersLogout(configuration) ? (tokens.id_token ?? null) : null,
      providerSession: typeof claims['sid'] === 'string' ? claims['sid'] : null,
      subject: claims.sub,
      name: typeof claims['name'] === 'string' ? claims['name'] : null,
      // Without auth_time nobody knows when the person proved it: never later than the login, and never fresh.
      authenticatedAt: new Date(
        claims.auth_time === undefined ? 0 : Math.min(claims.auth_time * 1_000, begun),
      ),
    };
  }

  /** @throws LoginRefused: the person has no rights any more; PinwardError ISSUER_UNAVAILABLE */
  async renew(refreshToken: string): Promise<Pick<SignedIn, 'accessToken' | 'refreshToken'>> {
    const { resource } = this.settings;
    const parameters = resource === undefined ? {} : { resource };
    const tokens = await told(oidc.refreshTokenGrant(await this.configuration(), refreshToken, parameters));
    return { accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? refreshToken };
  }

  /**
   * @param idToken of the login that is to end
   * @returns where to send the browser (OpenID Connect RP-Initiated Logout 1.0); null where the provider offers no logout, or
   * does not answer: the session here has ended all the same
   */
  async endOfLogin(idToken: string): Promise<URL | null> {
    const configuration = await this.configuration().catch((fault: unknown) => {
      if (fault instanceof PinwardError && fault.code === 'ISSUER_UNAVAILABLE') return null;
      throw fault;
    });
    if (configuration === null || !offersLogout(configuration)) return null;
    const { signedOutUri } = this.settings;
    return oidc.buildEndSessionUrl(configuration, {
      id_token_hint: idToken,
      post_logout_redirect_uri: signedOutUri,
    });
  }

  private async configuration(): Promise<oidc.Configuration> {
    if (this.#found !== null) return this.#found;
    const { issuer, clientId, clientSecret } = this.settings;
    const authentication = oidc.ClientSecretBasic(clientSecret.reveal());
    this.#found = await told(
      oidc.discovery(new URL(issuer), clientId, {}, authentication, {
        [oidc.customFetch]: this.fetch,
        timeout: WITHIN_MS / 1_000,
      }),
    );
    return this.#found;
  }

  /** Under the rules of all outbound calls: TLS, no redirects, a bounded time and answer. */
  private readonly fetch: oidc.CustomFetch = async (url, { method, headers, body }) => {
    const { ca } = this.settings;
    const call = {
      url: new URL(url),
      headers: Object.fromEntries(new Headers(headers)),
      timeoutMs: WITHIN_MS,
      answerBytes: LONGEST_ANSWER,
      ...(ca === undefined ? {} : { ca }),
    };
    const answer =
      method === 'POST' ? await postOverHttps({ ...call, body: formOf(body) }) : await getOverHttps(call);
    if (!answer.isWhole) throw new Error('the answer is too long');
    return new Response(answer.body, {
      status: answer.status,
      headers: { 'content-type': answer.contentType },
    });
  };
}

function offersLogout(configuration: oidc.Configuration): boolean {
  return configuration.serverMetadata().end_session_endpoint !== undefined;
}

/** What of a token is its own fault is a refusal of the login. */
export function asLoginRefused(refusal: unknown): never {
  const isJudged = refusal instanceof PinwardError && refusal.code.startsWith('TOKEN_');
  throw isJudged ? new LoginRefused('the token is not accepted', { cause: refusal }) : refusal;
}

function formOf(body: oidc.FetchBody): string {
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error('no form is sent');
}

/** An answer of the provider is a refusal; no answer, or none that can be read, says nothing of the person. */
async function told<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (cause) {
    const refuses =
      cause instanceof oidc.AuthorizationResponseError ||
      (cause instanceof oidc.ResponseBodyError && cause.error === 'invalid_grant') ||
      // Another state or nonce: the answer is to another login.
      (cause instanceof oidc.ClientError && UNMATCHED.has(cause.code ?? ''));
    if (refuses) throw new LoginRefused('the provider refuses', { cause });
    throw new PinwardError('ISSUER_UNAVAILABLE', {}, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}
