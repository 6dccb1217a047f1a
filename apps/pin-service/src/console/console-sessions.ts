import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { FastifyRequest } from 'fastify';
import type { DataSource, EntityManager } from 'typeorm';
import { OPERATOR_SCOPES, type Scope } from '#libs/api-clients';
import { inTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { appendAudit, isHumanText, type AuditLine } from '#libs/requests';
import type { Caller } from '../edge/authentication/caller.js';
import type { TokenRead, TokenVerifier } from '../edge/authentication/token-verifier.js';
import { zonesOf } from '../edge/routes/known-routes.js';
import { LastingFault } from '../logging/lasting-fault.js';
import { cookieOf, SESSION_COOKIE } from './cookies.js';
import { LoginRefused, type ConsoleProvider, type SignedIn } from './provider.js';
import {
  SessionRows,
  type ConsoleSession,
  type EndReason,
  type KeptClaims,
  type SessionRow,
} from './session-rows.js';
import { SessionSecret } from './session-secret.js';

/** So long before its end a token is renewed: it must outlive the call. */
const RENEWED_BEFORE_SECONDS = 10;
const LONGEST_USER_AGENT = 200;
const LONGEST_NAME = 200;
/** Rows stay so long, for whoever looks where a session came from. */
const KEPT_DAYS = 30;
const PURGE_EVERY_MS = 3_600_000;

/**
 * Sessions of operators' browsers (docs/adr/0057). A browser has a cookie instead of a token; here the cookie becomes the
 * same caller that the token would be, as long as the provider renews that token.
 */
@Injectable()
export class ConsoleSessions {
  private readonly cannotPurge = new LastingFault(new Logger('Console'), 'old sessions cannot be purged now');
  /** One renewal of a session at a time here; between replicas, the row's lock sees to it. */
  readonly #renewals = new Map<string, Promise<SessionRow>>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: SessionRows,
    private readonly provider: ConsoleProvider,
    private readonly tokens: TokenVerifier,
    /** How old a login may be for what must not be done at a browser that was left open. */
    private readonly freshSeconds: number,
  ) {}

  /**
   * @returns null for a request without the cookie: it has to bring a token
   * @throws PinwardError SESSION_ENDED, CSRF_TOKEN_INVALID, ISSUER_UNAVAILABLE, DATABASE_UNAVAILABLE
   */
  async callerOf(request: FastifyRequest): Promise<Caller | null> {
    const session = await this.sessionOf(request);
    if (session === null) return null;
    const caller = await this.tokens.agreed(readOf(session.row));
    if (caller === null) throw await this.rightsAreGone(request, session.row);
    request.session = session;
    return caller;
  }

  /** The caller as the session has it now, null after its end. It is no activity, and renews nothing. */
  async agreed({ secret }: ConsoleSession): Promise<Caller | null> {
    const row = await this.rows.find(secret.hash());
    return row === null ? null : await this.tokens.agreed(readOf(row));
  }

  /** The session that a request's cookie names, with rights that the provider has given; the same throws. */
  private async sessionOf(request: FastifyRequest): Promise<ConsoleSession | null> {
    const text = cookieOf(request, SESSION_COOKIE);
    if (text === null || !zonesOf(request.raw).includes('operators')) return null;
    const secret = SessionSecret.parse(text);
    if (secret === null) throw new PinwardError('SESSION_ENDED');
    refuseForged(request, secret);
    const found = await this.rows.find(secret.hash());
    if (found === null) throw new PinwardError('SESSION_ENDED');
    const row =
      found.rights_seconds > RENEWED_BEFORE_SECONDS ? found : await this.renew(request, secret, found);
    if (isOfThePerson(request)) await this.rows.noteActivity(row);
    return { secret, row };
  }

  /** @throws PinwardError LOGIN_TOO_OLD */
  assertFresh({ row }: ConsoleSession): void {
    if (row.authenticated_seconds_ago > this.freshSeconds) throw new PinwardError('LOGIN_TOO_OLD');
  }

  /** Until then the session's login is fresh. */
  freshUntil({ row }: ConsoleSession): Date {
    return new Date(row.authenticated_at.getTime() + this.freshSeconds * 1_000);
  }

  /**
   * A new session for who has signed in. The one that this browser had before ends: a login never goes on with a secret
   * that was there already.
   *
   * @throws LoginRefused when the person has no right here
   */
  async begin(request: FastifyRequest, signedIn: SignedIn): Promise<SessionSecret> {
    const read = await this.tokens.read(signedIn.accessToken).catch(asLoginRefused);
    const caller = await this.tokens.agreed(read);
    const isOperator = caller !== null && OPERATOR_SCOPES.some((scope) => caller.scopes.has(scope));
    // The ID token and the access token must be about one person (OpenID Connect Core 1.0, section 5.3.2, alike).
    if (!isOperator || read.claims.sub !== signedIn.subject)
      throw new LoginRefused('no right of an operator');
    const claims = keptOf(read);
    const secret = SessionSecret.make();
    const sessionId = randomUUID();
    const { name, refreshToken, authenticatedAt } = signedIn;
    const before = SessionSecret.parse(cookieOf(request, SESSION_COOKIE) ?? '');
    const replaced = before === null ? null : await this.rows.find(before.hash());
    await inTransaction(this.dataSource, async (manager) => {
      if (replaced !== null) await this.endIn(manager, request, replaced, 'replaced');
      await this.rows.insert(manager, {
        session_id: sessionId,
        issuer: read.issuer,
        name: name !== null && isHumanText(name) ? name.slice(0, LONGEST_NAME) : null,
        claims,
        authenticated_at: authenticatedAt,
        source_address: request.sourceAddress,
        user_agent: userAgentOf(request),
        secretHash: secret.hash(),
        sealedRefresh: refreshToken === null ? null : secret.seal(refreshToken, sessionId),
      });
      await appendAudit(manager, [lineOf(request, claims, 'session.start', 'started', { sessionId })]);
    });
    return secret;
  }

  async list({ row }: ConsoleSession): Promise<readonly SessionRow[]> {
    return await this.rows.ofPerson(row);
  }

  /** Ends a session of the same person, where there is one. One that has ended already is what was asked for. */
  async end(request: FastifyRequest, { row }: ConsoleSession, sessionId: string): Promise<void> {
    const named = (await this.rows.ofPerson(row)).find(({ session_id }) => session_id === sessionId);
    if (named === undefined) return;
    const reason = sessionId === row.session_id ? 'signed-out' : 'ended';
    await inTransaction(this.dataSource, (manager) => this.endIn(manager, request, named, reason));
  }

  @Interval(PURGE_EVERY_MS)
  async purge(): Promise<void> {
    await this.cannotPurge.within(() => this.rows.purge(KEPT_DAYS));
  }

  private async renew(
    request: FastifyRequest,
    secret: SessionSecret,
    { session_id }: SessionRow,
  ): Promise<SessionRow> {
    const underWay = this.#renewals.get(session_id);
    if (underWay !== undefined) return await underWay;
    const renewal = this.renewLocked(request, secret).finally(() => this.#renewals.delete(session_id));
    this.#renewals.set(session_id, renewal);
    return await renewal;
  }

  /** A refresh token counts once: whoever has waited for the lock finds the rights that another replica has brought. */
  private async renewLocked(request: FastifyRequest, secret: SessionSecret): Promise<SessionRow> {
    const renewed = await inTransaction(this.dataSource, async (manager) => {
      const row = await this.rows.lock(manager, secret.hash());
      if (row === null) return null;
      if (row.rights_seconds > RENEWED_BEFORE_SECONDS) return row;
      const fresh = await this.freshRights(secret, row);
      if (fresh === null) {
        await this.endIn(manager, request, row, 'rights');
        return null;
      }
      const claims = keptOf(fresh.read);
      await this.rows.renewed(manager, row, {
        claims,
        sealedRefresh: secret.seal(fresh.refreshToken, row.session_id),
      });
      return { ...row, claims };
    });
    if (renewed === null) throw new PinwardError('SESSION_ENDED');
    return renewed;
  }

  /** @returns null where the provider gives this person no rights any more. A silent provider is no refusal: it throws. */
  private async freshRights(secret: SessionSecret, row: SessionRow) {
    if (row.sealed_refresh === null) return null;
    try {
      const { accessToken, refreshToken } = await this.provider.renew(
        secret.open(row.sealed_refresh, row.session_id),
      );
      const read = await this.tokens.read(accessToken).catch(asLoginRefused);
      const isSame =
        read.issuer === row.issuer &&
        read.claims.sub === row.subject &&
        read.claims.tenant_id === row.tenant_id;
      return isSame && refreshToken !== null ? { read, refreshToken } : null;
    } catch (fault) {
      if (fault instanceof LoginRefused) return null;
      throw fault;
    }
  }

  private async rightsAreGone(request: FastifyRequest, row: SessionRow): Promise<PinwardError> {
    await inTransaction(this.dataSource, (manager) => this.endIn(manager, request, row, 'rights'));
    return new PinwardError('SESSION_ENDED');
  }

  private async endIn(
    manager: EntityManager,
    request: FastifyRequest,
    row: SessionRow,
    reason: EndReason,
  ): Promise<void> {
    if (!(await this.rows.end(manager, row, reason))) return;
    const { claims, session_id: sessionId } = row;
    await appendAudit(manager, [lineOf(request, claims, 'session.end', reason, { sessionId })]);
  }
}

/**
 * A page of another site can make the browser send the cookie, but neither say that it is this site's (Fetch Metadata)
 * nor know the token.
 */
function refuseForged({ method, headers }: FastifyRequest, secret: SessionSecret): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new PinwardError('CSRF_TOKEN_INVALID');
  if (method === 'GET' || method === 'HEAD') return;
  const given = headers['x-csrf-token'];
  if (typeof given !== 'string' || !secret.isCsrfToken(given)) throw new PinwardError('CSRF_TOKEN_INVALID');
}

/** The page marks what it asks by itself, such as a list that it keeps up to date: nobody need sit before it. */
function isOfThePerson({ headers }: FastifyRequest): boolean {
  return headers['x-console-background'] === undefined;
}

function asLoginRefused(refusal: unknown): never {
  const isJudged = refusal instanceof PinwardError && refusal.code.startsWith('TOKEN_');
  throw isJudged ? new LoginRefused('the token is not accepted', { cause: refusal }) : refusal;
}

function keptOf({ claims }: TokenRead): KeptClaims {
  const { sub, client_id, tenant_id, scope, exp } = claims;
  return { sub, client_id, tenant_id, scope: [...scope], exp };
}

function readOf({ issuer, claims }: SessionRow): TokenRead {
  return { issuer, claims: { ...claims, scope: new Set(claims.scope as readonly Scope[]) } };
}

/** Visible ASCII, which is all that a person needs to recognise a browser. */
function userAgentOf({ headers }: FastifyRequest): string {
  return (headers['user-agent'] ?? '').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_USER_AGENT);
}

function lineOf(
  { requestId, sourceAddress }: FastifyRequest,
  { tenant_id: tenantId, client_id: clientId, sub: subject }: KeptClaims,
  action: 'session.start' | 'session.end',
  result: string,
  details: Readonly<Record<string, string>>,
): AuditLine {
  return {
    tenantId,
    clientId,
    subject,
    sourceAddress,
    requestId,
    action,
    result,
    cardId: null,
    eventNo: null,
    details,
  };
}
