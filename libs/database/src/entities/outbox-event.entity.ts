import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event that waits for delivery; written with the effect it tells of. */
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

  /** Orders a card's events. */
  @Column({ name: 'event_no', type: 'bigint', nullable: true })
  eventNo!: string | null;

  /**
   * JSON text: cardId, cardRef, maskedPan, pinStatus, triesRemaining, requestId; of an API client: clientId,
   * secretCreatedAt, rotateBefore.
   */
  @Column({ name: 'data', type: 'text' })
  data!: string;

  @Column({ name: 'occurred_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  occurredAt!: Date;
}
