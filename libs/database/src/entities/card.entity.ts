import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A card with its PIN verifier and try counter. Every writer adds 1 to `eventNo` and compares it first, so that
 * no decision is written over one it has not seen.
 */
@Entity('cards')
export class CardEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'card_id', type: 'uuid' })
  cardId!: string;

  /** The caller's own reference, unique per tenant; never a PAN. */
  @Column({ name: 'card_ref', type: 'text' })
  cardRef!: string;

  @Column({ name: 'pin_account_source', type: 'text', default: 'surrogate' })
  pinAccountSource!: 'surrogate' | 'pan';

  /** 12 digits; null when they are the PAN's. */
  @Column({ name: 'pin_account', type: 'text', nullable: true })
  pinAccount!: string | null;

  @Column({ name: 'pan_last4', type: 'text', nullable: true })
  panLast4!: string | null;

  @Column({ name: 'pin_status', type: 'text', default: 'unset' })
  pinStatus!: 'unset' | 'active' | 'locked' | 'closed';

  @Column({ name: 'tries_spent', type: 'smallint', default: 0 })
  triesSpent!: number;

  @Column({ name: 'failures_without_success', type: 'smallint', default: 0 })
  failuresWithoutSuccess!: number;

  /** The evaluation in flight, if any; its deadline and its request's key are set and cleared with it. */
  @Column({ name: 'evaluation_id', type: 'uuid', nullable: true })
  evaluationId!: string | null;

  @Column({ name: 'evaluation_deadline', type: 'timestamptz', nullable: true })
  evaluationDeadline!: Date | null;

  @Column({ name: 'evaluation_request_key', type: 'bytea', nullable: true })
  evaluationRequestKey!: Buffer | null;

  @Column({ name: 'event_no', type: 'bigint', default: 1 })
  eventNo!: string;

  /** 32 bytes (docs/pin-envelope.md); with salt and generation, or none of the three. */
  @Column({ name: 'verifier', type: 'bytea', nullable: true })
  verifier!: Buffer | null;

  @Column({ name: 'verifier_salt', type: 'bytea', nullable: true })
  verifierSalt!: Buffer | null;

  @Column({ name: 'verifier_generation', type: 'integer', nullable: true })
  verifierGeneration!: number | null;

  /** The HSM host's word for the verifier and its place; null for one of before there was any. */
  @Column({ name: 'verifier_mac', type: 'bytea', nullable: true })
  verifierMac!: Buffer | null;

  @Column({ name: 'verifier_mac_generation', type: 'integer', nullable: true })
  verifierMacGeneration!: number | null;

  /** event_no that the verifier's step followed: part of what the MAC says. */
  @Column({ name: 'verifier_event_no', type: 'bigint', nullable: true })
  verifierEventNo!: string | null;

  @Column({ name: 'locked_at', type: 'timestamptz', nullable: true })
  lockedAt!: Date | null;

  @Column({ name: 'pin_set_at', type: 'timestamptz', nullable: true })
  pinSetAt!: Date | null;

  @Column({ name: 'last_unlock_at', type: 'timestamptz', nullable: true })
  lastUnlockAt!: Date | null;

  @Column({ name: 'last_unlock_by', type: 'text', nullable: true })
  lastUnlockBy!: string | null;

  @Column({ name: 'last_unlock_reason', type: 'text', nullable: true })
  lastUnlockReason!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: Date;
}
