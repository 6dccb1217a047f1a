import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A card with its PIN verifier and try counter. Every writer compares `eventNo` and adds 1 to it, so that no decision
 * overwrites one that it has not seen.
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

  /** 12 digits; null when they come from the PAN. */
  @Column({ name: 'pin_account', type: 'text', nullable: true })
  pinAccount!: string | null;

  /** Whether its PIN is kept in a chip as well; fixed at the registration. */
  @Column({ name: 'chip', type: 'boolean', default: false })
  chip!: boolean;

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

  /** 32 bytes (docs/pin-envelope.md). Value, salt and generation are all set, or none of them. */
  @Column({ name: 'verifier', type: 'bytea', nullable: true })
  verifier!: Buffer | null;

  @Column({ name: 'verifier_salt', type: 'bytea', nullable: true })
  verifierSalt!: Buffer | null;

  @Column({ name: 'verifier_generation', type: 'integer', nullable: true })
  verifierGeneration!: number | null;

  /** The HSM host's word for the verifier and its place; null for a verifier from before attestation. */
  @Column({ name: 'verifier_mac', type: 'bytea', nullable: true })
  verifierMac!: Buffer | null;

  @Column({ name: 'verifier_mac_generation', type: 'integer', nullable: true })
  verifierMacGeneration!: number | null;

  /** event_no before the verifier's step: part of the MAC's input. */
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
