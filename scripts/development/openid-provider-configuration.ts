import { errors, interactionPolicy, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { postOverHttps } from '#libs/outbound-https';
import type { ProviderKeys } from './openid-provider-keys.js';
import { memoryAdapter } from './openid-provider-memory.js';
import { errorPage, logoutPage, signedOutPage } from './openid-provider-pages.js';
import type { Person } from './openid-provider-persons.js';

export const CONSOLE_CLIENT = 'pinward-console';
export const AUDIENCE = 'pinward';
/** Below the issuer. */
export const LOGIN_PATH = '/login/';

/** The service's API as an RFC 8707 resource: every access token is for it. */
const RESOURCE = 'https://pinward.invalid/api';
const HOUR_SECONDS = 3_600;
/** A service that is being started again does not answer: the person who signs out need not wait for it. */
const LOGOUT_WITHIN_MS = 2_000;
const LONGEST_ANSWER = 4_096;
/** A login lasts a working day. */
const SESSION_SECONDS = 10 * HOUR_SECONDS;

/** What a login may be asked to be (OpenID Connect EAP ACR values 1.0): here nothing is proved, whatever is asked. */
export const CONTEXTS = ['phr', 'phrh'];

interface ProviderParts {
  /** Of the issuer. */
  readonly path: string;
  readonly keys: ProviderKeys;
  readonly cookieSecret: string;
  readonly clientSecret: string;
  /** Public base URL of the operators' listener. */
  readonly consoleUrl: string;
  readonly persons: readonly Person[];
  readonly accessTokenSeconds: number;
  /** PEM, read when the console is called. */
  readonly consoleCertificate: () => string;
}

/** Authorization code with PKCE for one confidential client, access tokens as RFC 9068 has them, no page of consent. */
export function configurationOf(parts: ProviderParts): Configuration {
  const { path, keys, cookieSecret, clientSecret, consoleUrl, persons } = parts;
  const find = (subject: string | undefined) => persons.find((person) => person.subject === subject);
  const cookie = { sameSite: 'lax', httpOnly: true } as const;
  return {
    adapter: memoryAdapter(),
    clients: [
      {
        client_id: CONSOLE_CLIENT,
        client_secret: clientSecret,
        redirect_uris: [`${consoleUrl}/console/callback`],
        post_logout_redirect_uris: [`${consoleUrl}/console/signed-out`],
        backchannel_logout_uri: `${consoleUrl}/console/backchannel-logout`,
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        require_auth_time: true,
      },
    ],
    jwks: { keys: [keys.signing] },
    cookies: {
      keys: [cookieSecret],
      // Cookies know no ports, and the service is another port of this host.
      names: {
        session: 'pinward-development-login',
        interaction: 'pinward-development-asked',
        resume: 'pinward-development-resume',
      },
      long: { ...cookie, path },
      short: cookie,
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    responseTypes: ['code'],
    scopes: ['openid'],
    claims: { openid: ['sub'], profile: ['name'], auth_time: null, acr: null, sid: null, iss: null },
    acrValues: CONTEXTS,
    pkce: { required: () => true },
    findAccount: (_, subject) => {
      const person = find(subject);
      return person && { accountId: subject, claims: () => ({ sub: subject, name: person.name }) };
    },
    fetch: postTrusting(parts.consoleCertificate),
    interactions: { url: (_, { uid }) => `${path}${LOGIN_PATH}${uid}`, policy: loginOnly(find) },
    loadExistingGrant: grantAll,
    extraTokenClaims: (_, token) =>
      'accountId' in token ? { tenant_id: find(token.accountId)?.tenantId ?? 'default' } : {},
    issueRefreshToken: () => true,
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: parts.accessTokenSeconds,
      AuthorizationCode: 60,
      Grant: SESSION_SECONDS,
      IdToken: HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
      RefreshToken: SESSION_SECONDS,
      Session: SESSION_SECONDS,
    },
    renderError: (ctx, { error, error_description }) => {
      show(ctx, errorPage(error, error_description));
    },
    features: {
      devInteractions: { enabled: false },
      // Its access tokens would not be for the service.
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource) => {
          if (resource !== RESOURCE) throw new errors.InvalidTarget();
          return {
            // The person is known where tokens are made: what was taken away is missing in the next one.
            scope: (find(ctx.oidc.account?.accountId)?.scopes ?? OPERATOR_SCOPES).join(' '),
            audience: AUDIENCE,
            accessTokenFormat: 'jwt',
            accessTokenTTL: parts.accessTokenSeconds,
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          show(ctx, logoutPage(form));
        },
        postLogoutSuccessSource: (ctx) => {
          show(ctx, signedOutPage());
        },
      },
    },
  };
}

/** No consent: there is one client, and it is ours. A login whose person was taken off the list is none: it asks anew. */
function loginOnly(find: (subject: string | undefined) => Person | undefined) {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const { Check } = interactionPolicy;
  policy.get('login')?.checks.add(
    new Check('person_is_gone', 'the person is not known any more', ({ oidc }) => {
      const { accountId } = oidc.session ?? {};
      return accountId !== undefined && find(accountId) === undefined
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT;
    }),
  );
  return policy;
}

/** Of a logout token: all that it sends. oidc-provider itself calls no address of this machine, and trusts no certificate of it. */
function postTrusting(certificate: () => string): NonNullable<Configuration['fetch']> {
  return async (url, { method, headers, body } = {}) => {
    if (method !== 'POST' || !(body instanceof URLSearchParams) || url instanceof Request)
      throw new Error('this provider fetches nothing');
    const { status } = await postOverHttps({
      url: new URL(url),
      headers: Object.fromEntries(new Headers(headers)),
      body: body.toString(),
      timeoutMs: LOGOUT_WITHIN_MS,
      answerBytes: LONGEST_ANSWER,
      ca: certificate(),
    });
    return new Response(null, { status });
  };
}

/** All that the client may ask for; which of it the person holds is looked up for each token. */
async function grantAll({ oidc }: KoaContextWithOIDC) {
  const { session, client, provider } = oidc;
  if (session?.accountId === undefined || client === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant =
    (known === undefined ? undefined : await provider.Grant.find(known)) ??
    new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope('openid profile');
  grant.addResourceScope(RESOURCE, OPERATOR_SCOPES.join(' '));
  await grant.save();
  return grant;
}

function show(ctx: KoaContextWithOIDC, html: string): void {
  ctx.type = 'html';
  ctx.body = html;
}
