import type { DataSource, EntityManager } from 'typeorm';
import { outsideTransaction } from '#libs/database';
import type { SessionSecret } from './session-secret.js';

/** Times that a session lasts; seconds. */
export interface SessionLimits {
  /** Without anything that the person does (PCI DSS 8.2.8). */
  readonly idleSeconds: number;
  /** From the login, whatever the person does. */
  readonly longestSeconds: number;
}

export type EndReason = 'signed-out' | 'replaced' | 'ended' | 'rights' | 'provider';

/** Claims as they are kept: those of the token, with its scopes as a list. */
export interface KeptClaims {
  readonly sub: string;
  readonly client_id: string;
  readonly tenant_id: string;
  readonly scope: readonly string[];
  readonly exp: number;
}

/** A login that has ended at the provider, as it names it. */
export interface EndedLogin {
  readonly issuer: string;
  /** Null where it names none: the provider's persons are its own, whatever tenant they work for. */
  readonly tenantId: string | null;
  /** Null: the login that `providerSession` names is enough. */
  readonly subject: string | null;
  /** SHA-256 of the provider's `sid`; null: all logins of the subject. */
  readonly providerSession: Buffer | null;
}

export interface SessionRow {
  readonly tenant_id: string;
  readonly session_id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly claims: KeptClaims;
  readonly sealed_refresh: Buffer | null;
  /** Null where the provider offers no logout that would ask for it. */
  readonly sealed_id_token: Buffer | null;
  readonly authenticated_at: Date;
  readonly signed_in_at: Date;
  readonly last_seen_at: Date;
  readonly source_address: string;
  readonly user_agent: string;
  readonly idle_ends_at: Date;
  readonly ends_at: Date;
  /** How long the newest token still gives its rights, by the database's clock; negative afterwards. */
  readonly rights_seconds: number;
  readonly authenticated_seconds_ago: number;
  /** Whether what the person does now is to be noted: not so long ago it was. */
  readonly is_activity_due: boolean;
}

/** A live session, with the secret that its browser has shown. */
export interface ConsoleSession {
  readonly secret: SessionSecret;
  readonly row: SessionRow;
}

/** Activity is noted at most so often: a row is not written with every call. */
const NOTED_EVERY_SECONDS = 15;

/** By the clock of the database, the only one that all replicas share. */
const LIVE = `ended_at IS NULL AND last_seen_at > clock_timestamp() - make_interval(secs => $1)
     AND signed_in_at > clock_timestamp() - make_interval(secs => $2)`;
const COLUMNS = `tenant_id, session_id, issuer, subject, name, claims, sealed_refresh, sealed_id_token, authenticated_at, signed_in_at, last_seen_at,
       source_address, user_agent,
       last_seen_at + make_interval(secs => $1) AS idle_ends_at,
       signed_in_at + make_interval(secs => $2) AS ends_at,
       extract(epoch FROM rights_until - clock_timestamp())::float8 AS rights_seconds,
       extract(epoch FROM clock_timestamp() - authenticated_at)::float8 AS authenticated_seconds_ago,
       last_seen_at < clock_timestamp() - make_interval(secs => ${NOTED_EVERY_SECONDS}) AS is_activity_due`;
const OF_SECRET = `SELECT ${COLUMNS} FROM console_sessions WHERE ${LIVE} AND secret_hash = $3`;

/** The rows of console_sessions, those of one deployment's limits. */
export class SessionRows {
  constructor(
    private readonly dataSource: DataSource,
    readonly limits: SessionLimits,
  ) {}

  /** @returns null for one that is not there, or has ended by whatever cause */
  async find(secretHash: Buffer): Promise<SessionRow | null> {
    const parameters = [...this.seconds(), secretHash];
    const [row = null] = await outsideTransaction(() =>
      this.dataSource.query<SessionRow[]>(OF_SECRET, parameters),
    );
    return row;
  }

  /** The same, and nobody else writes it before the transaction ends. */
  async lock(manager: EntityManager, secretHash: Buffer): Promise<SessionRow | null> {
    const parameters = [...this.seconds(), secretHash];
    const [row = null] = await manager.query<SessionRow[]>(`${OF_SECRET} FOR UPDATE`, parameters);
    return row;
  }

  /** Those of one person that have not ended, the newest first. */
  async ofPerson({ tenant_id, issuer, subject }: SessionRow): Promise<readonly SessionRow[]> {
    const text = `SELECT ${COLUMNS} FROM console_sessions
 WHERE ${LIVE} AND tenant_id = $3 AND issuer = $4 AND subject = $5 ORDER BY signed_in_at DESC LIMIT 100`;
    return await outsideTransaction(() =>
      this.dataSource.query<SessionRow[]>(text, [...this.seconds(), tenant_id, issuer, subject]),
    );
  }

  /** The person did something: the session does not end as idle for a while. @returns the row as it is then */
  async noteActivity(row: SessionRow): Promise<SessionRow> {
    if (!row.is_activity_due) return row;
    const [noted] = await outsideTransaction(() =>
      this.dataSource.query<[Pick<SessionRow, 'last_seen_at' | 'idle_ends_at'>[], number]>(
        `UPDATE console_sessions SET last_seen_at = clock_timestamp()
  WHERE tenant_id = $1 AND session_id = $2 AND ended_at IS NULL
  RETURNING last_seen_at, last_seen_at + make_interval(secs => $3) AS idle_ends_at`,
        [row.tenant_id, row.session_id, this.limits.idleSeconds],
      ),
    );
    return { ...row, ...noted[0] };
  }

  /** @returns whether it had not ended before */
  async end(
    manager: EntityManager,
    { tenant_id, session_id }: Pick<SessionRow, 'tenant_id' | 'session_id'>,
    reason: EndReason,
  ): Promise<boolean> {
    const rows = await manager.query<[unknown[], number]>(
      `UPDATE console_sessions SET ended_at = clock_timestamp(), end_reason = $3, sealed_refresh = NULL, sealed_id_token = NULL
  WHERE tenant_id = $1 AND session_id = $2 AND ended_at IS NULL RETURNING session_id`,
      [tenant_id, session_id, reason],
    );
    return rows[1] === 1;
  }

  /**
   * Ends live sessions of a login that the provider has ended: of that login, of that subject, or both where both are named.
   *
   * @returns those that it has ended, `limit` at most
   */
  async endOfProvider(
    manager: EntityManager,
    { issuer, tenantId, subject, providerSession }: EndedLogin,
    limit: number,
  ): Promise<readonly Pick<SessionRow, 'session_id' | 'claims'>[]> {
    const [rows] = await manager.query<[Pick<SessionRow, 'session_id' | 'claims'>[], number]>(
      `UPDATE console_sessions
   SET ended_at = clock_timestamp(), end_reason = 'provider', sealed_refresh = NULL, sealed_id_token = NULL
 WHERE (tenant_id, session_id) IN (
   SELECT tenant_id, session_id FROM console_sessions
    WHERE ${LIVE} AND issuer = $3 AND ($4::text IS NULL OR tenant_id = $4)
      AND ($5::bytea IS NULL OR provider_session = $5) AND ($6::text IS NULL OR subject = $6)
    ORDER BY tenant_id, session_id LIMIT $7 FOR UPDATE)
RETURNING session_id, claims`,
      [...this.seconds(), issuer, tenantId, providerSession, subject, limit],
    );
    return rows;
  }

  async renewed(
    manager: EntityManager,
    row: SessionRow,
    renewed: { readonly claims: KeptClaims; readonly sealedRefresh: Buffer },
  ): Promise<void> {
    await manager.query(
      `UPDATE console_sessions SET claims = $3, rights_until = to_timestamp($4), sealed_refresh = $5
  WHERE tenant_id = $1 AND session_id = $2`,
      [
        row.tenant_id,
        row.session_id,
        JSON.stringify(renewed.claims),
        renewed.claims.exp,
        renewed.sealedRefresh,
      ],
    );
  }

  async insert(
    manager: EntityManager,
    row: Pick<
      SessionRow,
      'session_id' | 'issuer' | 'name' | 'claims' | 'authenticated_at' | 'source_address' | 'user_agent'
    > & {
      readonly secretHash: Buffer;
      readonly sealedRefresh: Buffer | null;
      readonly sealedIdToken: Buffer | null;
      readonly providerSession: Buffer | null;
    },
  ): Promise<void> {
    const { claims } = row;
    await manager.query(
      `INSERT INTO console_sessions (tenant_id, session_id, secret_hash, issuer, subject, name, claims, rights_until,
                             sealed_refresh, authenticated_at, source_address, user_agent,
                             sealed_id_token, provider_session)
VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8), $9, $10, $11, $12, $13, $14)`,
      [
        ...[claims.tenant_id, row.session_id, row.secretHash, row.issuer, claims.sub, row.name],
        ...[JSON.stringify(claims), claims.exp, row.sealedRefresh, row.authenticated_at],
        ...[row.source_address, row.user_agent, row.sealedIdToken, row.providerSession],
      ],
    );
  }

  /** Rows whose session ended long ago. */
  async purge(keptDays: number): Promise<void> {
    const text =
      'DELETE FROM console_sessions WHERE signed_in_at < clock_timestamp() - make_interval(days => $1)';
    await this.dataSource.query(text, [keptDays]);
  }

  private seconds(): readonly [number, number] {
    return [this.limits.idleSeconds, this.limits.longestSeconds];
  }
}
