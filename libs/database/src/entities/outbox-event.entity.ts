import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event that waits for delivery; written with the effect that it reports. */
@Entity('outbox_events')
export class OutboxEventEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'id', type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  /** e.g. pin.locked */
  @Column({ name: 'type', type: 'text' })
  type!: string;

  @Column({ name: 'card_id', type: 'uuid', nullable: true })
  cardId!: string | null;

  /** The order of a card's events. */
  @Column({ name: 'event_no', type: 'bigint', nullable: true })
  eventNo!: string | null;

  /**
   * JSON text: cardId, cardRef, maskedPan, pinStatus, triesRemaining, requestId; of an API client: clientId,
   * secretCreatedAt, rotateBefore, previousSecretExpiresAt, scopes, person, by, through; of an approval:
   * approvalId, kind, requestedBy, status; of an endpoint: endpointId, url, events; of a one-time password: otpId, purpose, expiresAt beside those of its card;
   * of a chip: pendingCommands, commandId, command, pinVersion, reason beside those of its card.
   */
  @Column({ name: 'data', type: 'text' })
  data!: string;

  /**
   * One value for the receiver alone, sealed by the HSM (IV, ciphertext, tag). It is erased on delivery and on expiry.
   */
  @Column({ name: 'sealed', type: 'bytea', nullable: true })
  sealed!: Buffer | null;

  /** Generation of the `secrets` key. */
  @Column({ name: 'sealed_generation', type: 'integer', nullable: true })
  sealedGeneration!: number | null;

  /** The owner of the value, which the seal authenticates: the otpId. */
  @Column({ name: 'sealed_for', type: 'uuid', nullable: true })
  sealedFor!: string | null;

  /** Not delivered later than this; null when there is no limit. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  /** When its deliveries were made; null before that. */
  @Column({ name: 'relayed_at', type: 'timestamptz', nullable: true })
  relayedAt!: Date | null;

  @Column({ name: 'occurred_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  occurredAt!: Date;
}
