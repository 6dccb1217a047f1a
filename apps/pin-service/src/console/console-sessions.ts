import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { OPERATOR_SCOPES, type Scope } from '#libs/api-clients';
import { inTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { appendAudit, isHumanText } from '#libs/requests';
import type { Caller } from '../edge/authentication/caller.js';
import type { TokenRead, TokenVerifier } from '../edge/authentication/token-verifier.js';
import { zonesOf } from '../edge/routes/known-routes.js';
import { LastingFault } from '../logging/lasting-fault.js';
import { cookieOf, SESSION_COOKIE } from './cookies.js';
import { providerSessionHash } from './logout-token.js';
import { asLoginRefused, LoginRefused, type ConsoleProvider, type SignedIn } from './provider.js';
import { endSession, lineOfStart } from './session-ends.js';
import { keptOf, type SessionRights } from './session-rights.js';
import type { ConsoleSession, EndReason, SessionRow, SessionRows } from './session-rows.js';
import { SessionSecret } from './session-secret.js';
import { SharedWork } from './shared-work.js';

const LONGEST_USER_AGENT = 200;
const LONGEST_NAME = 200;
/** Rows stay so long, for whoever looks where a session came from. */
const KEPT_DAYS = 30;
const PURGE_EVERY_MS = 3_600_000;

/** The caller is null where nothing is agreed with this person any more. */
interface Look {
  readonly row: SessionRow;
  readonly caller: Caller | null;
}

/**
 * Sessions of operators' browsers (docs/adr/0057). A browser has a cookie instead of a token; here the cookie becomes the
 * same caller that the token would be, as long as the provider renews that token.
 */
@Injectable()
export class ConsoleSessions {
  readonly #looks = new SharedWork<Look>();
  private readonly cannotPurge = new LastingFault(new Logger('Console'), 'old sessions cannot be purged now');

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: SessionRows,
    private readonly rights: SessionRights,
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
    const text = cookieOf(request, SESSION_COOKIE);
    if (text === null || !zonesOf(request.raw).includes('operators')) return null;
    const secret = SessionSecret.parse(text);
    if (secret === null) throw new PinwardError('SESSION_ENDED');
    refuseForged(request, secret);
    const { row, caller } = await this.lookWithOthers(request, secret);
    if (caller === null) throw await this.rightsAreGone(request, row);
    request.session = { secret, row };
    return caller;
  }

  /** The caller as the session has it now, null after its end. It is no activity, and renews nothing. */
  async agreed({ secret }: ConsoleSession): Promise<Caller | null> {
    const row = await this.rows.find(secret.hash());
    return row === null ? null : await this.tokens.agreed(readOf(row));
  }

  /**
   * A page reads several things at once: those reads share the look at their session that is under way. What changes
   * anything looks for itself, so that nothing is changed by a session that had ended when it was asked for.
   */
  private async lookWithOthers(request: FastifyRequest, secret: SessionSecret): Promise<Look> {
    if (!isRead(request)) return await this.look(request, secret);
    const key = `${secret.hash().toString('base64')} ${isOfThePerson(request)}`;
    return await this.#looks.of(key, () => this.look(request, secret));
  }

  /** The session of a secret, with rights that the provider has given, and what is agreed about them here. */
  private async look(request: FastifyRequest, secret: SessionSecret): Promise<Look> {
    const found = await this.rows.find(secret.hash());
    if (found === null) throw new PinwardError('SESSION_ENDED');
    const renewed = await this.rights.renewed(request, secret, found);
    const row = isOfThePerson(request) ? await this.rows.noteActivity(renewed) : renewed;
    return { row, caller: await this.tokens.agreed(readOf(row)) };
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
    const { name, refreshToken, idToken, providerSession, authenticatedAt } = signedIn;
    const before = SessionSecret.parse(cookieOf(request, SESSION_COOKIE) ?? '');
    const replaced = before === null ? null : await this.rows.find(before.hash());
    await inTransaction(this.dataSource, async (manager) => {
      if (replaced !== null) await endSession(this.rows, manager, request, replaced, 'replaced');
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
        sealedIdToken: idToken === null ? null : secret.seal(idToken, sessionId),
        providerSession: providerSession === null ? null : providerSessionHash(providerSession),
      });
      await appendAudit(manager, [lineOfStart(request, claims, sessionId)]);
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
    await this.endOne(request, named, reason);
  }

  /**
   * Ends the session at hand.
   *
   * @param atProvider asks the provider for its way out as well
   * @returns where its person also ends the login at the provider; null where that is not offered, or not to be reached
   */
  async signOut(
    request: FastifyRequest,
    { row, secret }: ConsoleSession,
    atProvider: boolean,
  ): Promise<URL | null> {
    await this.endOne(request, row, 'signed-out');
    if (!atProvider || row.sealed_id_token === null) return null;
    return await this.provider.endOfLogin(secret.open(row.sealed_id_token, row.session_id));
  }

  @Interval(PURGE_EVERY_MS)
  async purge(): Promise<void> {
    await this.cannotPurge.within(() => this.rows.purge(KEPT_DAYS));
  }

  private async rightsAreGone(request: FastifyRequest, row: SessionRow): Promise<PinwardError> {
    await this.endOne(request, row, 'rights');
    return new PinwardError('SESSION_ENDED');
  }

  private async endOne(request: FastifyRequest, row: SessionRow, reason: EndReason): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      await endSession(this.rows, manager, request, row, reason);
    });
  }
}

/**
 * A page of another site can make the browser send the cookie, but neither say that it is this site's (Fetch Metadata)
 * nor know the token.
 */
function refuseForged(request: FastifyRequest, secret: SessionSecret): void {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new PinwardError('CSRF_TOKEN_INVALID');
  if (isRead(request)) return;
  const given = headers['x-csrf-token'];
  if (typeof given !== 'string' || !secret.isCsrfToken(given)) throw new PinwardError('CSRF_TOKEN_INVALID');
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The page marks what it asks by itself, such as a list that it keeps up to date: nobody need sit before it. */
function isOfThePerson({ headers }: FastifyRequest): boolean {
  return headers['x-console-background'] === undefined;
}

function readOf({ issuer, claims }: SessionRow): TokenRead {
  return { issuer, claims: { ...claims, scope: new Set(claims.scope as readonly Scope[]) } };
}

/** Visible ASCII, which is all that a person needs to recognise a browser. */
function userAgentOf({ headers }: FastifyRequest): string {
  return (headers['user-agent'] ?? '').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_USER_AGENT);
}
