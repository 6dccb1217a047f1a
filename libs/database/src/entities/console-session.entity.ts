import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timeOrNever, type TimeOrNever } from '../time-or-never.js';

/** A session of an operator at the console. */
@Entity('console_sessions')
export class ConsoleSessionEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  /** SHA-256 of the secret in the browser's cookie: 32 bytes. */
  @Column({ name: 'secret_hash', type: 'bytea' })
  secretHash!: Buffer;

  /** Of the OpenID provider. */
  @Column({ name: 'issuer', type: 'text' })
  issuer!: string;

  /** The provider's `sub`. */
  @Column({ name: 'subject', type: 'text' })
  subject!: string;

  /** The person's name for the console's head, as the provider told it. */
  @Column({ name: 'name', type: 'text', nullable: true })
  name!: string | null;

  /** What the newest access token said, without the token. */
  @Column({ name: 'claims', type: 'jsonb' })
  claims!: unknown;

  /** The end of that access token: afterwards the provider is asked anew. */
  @Column({ name: 'rights_until', type: 'timestamptz' })
  rightsUntil!: Date;

  /** AES-256-GCM: IV (12 bytes), ciphertext, tag (16 bytes); null where the provider gave no refresh token. */
  @Column({ name: 'sealed_refresh', type: 'bytea', nullable: true })
  sealedRefresh!: Buffer | null;

  /** SHA-256 of the provider's `sid`: which login there this session belongs to; null where the provider told none. */
  @Column({ name: 'provider_session', type: 'bytea', nullable: true })
  providerSession!: Buffer | null;

  /** The ID token of the login, sealed alike; null where the provider offers no logout that would ask for it. */
  @Column({ name: 'sealed_id_token', type: 'bytea', nullable: true })
  sealedIdToken!: Buffer | null;

  /** When the person last proved who they are: the provider's `auth_time`. */
  @Column({ name: 'authenticated_at', type: 'timestamptz' })
  authenticatedAt!: Date;

  @Column({ name: 'signed_in_at', type: 'timestamptz' })
  signedInAt!: Date;

  @Column({ name: 'last_seen_at', type: 'timestamptz' })
  lastSeenAt!: Date;

  @Column({ name: 'source_address', type: 'text' })
  sourceAddress!: string;

  /** Shortened, as the browser sent it. */
  @Column({ name: 'user_agent', type: 'text' })
  userAgent!: string;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true, transformer: timeOrNever })
  endedAt!: TimeOrNever;

  /** signed-out, replaced (by another login in this browser), ended (from the list), rights (the provider refused), provider (its login ended) */
  @Column({ name: 'end_reason', type: 'text', nullable: true })
  endReason!: string | null;
}
