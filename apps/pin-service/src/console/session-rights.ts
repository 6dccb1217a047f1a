import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { inTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { TokenRead, TokenVerifier } from '../edge/authentication/token-verifier.js';
import { asLoginRefused, LoginRefused, type ConsoleProvider } from './provider.js';
import { endSession } from './session-ends.js';
import type { KeptClaims, SessionRow, SessionRows } from './session-rows.js';
import type { SessionSecret } from './session-secret.js';
import { SharedWork } from './shared-work.js';

/** So long before its end a token is renewed: it must outlive the call. */
const RENEWED_BEFORE_SECONDS = 10;

interface FreshRights {
  readonly read: TokenRead;
  readonly refreshToken: string;
}

/** Rights of sessions: as old as a token at most, and asked for anew afterwards. */
@Injectable()
export class SessionRights {
  /** One renewal of a session at a time here; between replicas, the row's lock sees to it. */
  readonly #renewals = new SharedWork<SessionRow>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: SessionRows,
    private readonly provider: ConsoleProvider,
    private readonly tokens: TokenVerifier,
  ) {}

  /**
   * @returns the session with rights that the provider has given
   * @throws PinwardError SESSION_ENDED where it gives none any more; ISSUER_UNAVAILABLE, DATABASE_UNAVAILABLE
   */
  async renewed(request: FastifyRequest, secret: SessionSecret, row: SessionRow): Promise<SessionRow> {
    if (row.rights_seconds > RENEWED_BEFORE_SECONDS) return row;
    return await this.#renewals.of(row.session_id, () => this.renewLocked(request, secret));
  }

  /**
   * A refresh token counts once: a request that has waited for the lock finds the rights that another replica has brought.
   * The transaction runs again after a conflict, with the answer that the provider has given already. Where it fails for
   * good, the next token is lost with it, and the provider refuses the one that is kept: the session ends.
   */
  private async renewLocked(request: FastifyRequest, secret: SessionSecret): Promise<SessionRow> {
    const ask = this.askingOnce(secret);
    const renewed = await inTransaction(this.dataSource, async (manager) => {
      const row = await this.rows.lock(manager, secret.hash());
      if (row === null) return null;
      if (row.rights_seconds > RENEWED_BEFORE_SECONDS) return row;
      const fresh = await ask(row);
      if (fresh === null) {
        await endSession(this.rows, manager, request, row, 'rights');
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

  /** Asks the provider once with each refresh token, however often it is called. */
  private askingOnce(secret: SessionSecret): (row: SessionRow) => Promise<FreshRights | null> {
    const asked = new Map<string, Promise<FreshRights | null>>();
    return async (row) => {
      if (row.sealed_refresh === null) return null;
      const token = secret.open(row.sealed_refresh, row.session_id);
      const answer = asked.get(token) ?? this.freshRights(token, row);
      asked.set(token, answer);
      return await answer;
    };
  }

  /** @returns null where the provider gives this person no rights any more. A silent provider is no refusal: it throws. */
  private async freshRights(token: string, row: SessionRow): Promise<FreshRights | null> {
    try {
      const { accessToken, refreshToken } = await this.provider.renew(token);
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
}

/** Of a token, what a session keeps. */
export function keptOf({ claims }: TokenRead): KeptClaims {
  const { sub, client_id, tenant_id, scope, exp } = claims;
  return { sub, client_id, tenant_id, scope: [...scope], exp };
}
