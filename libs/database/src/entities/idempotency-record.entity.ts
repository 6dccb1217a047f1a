import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A request id that has been used, with its answer. Partitioned by day; kept for at least 24 hours. */
@Entity('idempotency_records')
export class IdempotencyRecordEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  /** SHA-256 over client, method, path and request id: 32 bytes. */
  @PrimaryColumn({ name: 'request_key', type: 'bytea' })
  requestKey!: Buffer;

  /** UTC day of createdAt. Records are looked up without it. */
  @PrimaryColumn({
    name: 'created_on',
    type: 'date',
    default: () => "(clock_timestamp() AT TIME ZONE 'UTC')::date",
  })
  createdOn!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: Date;

  @Column({ name: 'request_id', type: 'text' })
  requestId!: string;

  /** The action's name in the audit trail. */
  @Column({ name: 'action', type: 'text' })
  action!: string;

  @Column({ name: 'card_id', type: 'uuid', nullable: true })
  cardId!: string | null;

  @Column({ name: 'evaluation_id', type: 'uuid', nullable: true })
  evaluationId!: string | null;

  /** HMAC of the body, 32 bytes; null for a generated request id, which is not replayable. */
  @Column({ name: 'fingerprint', type: 'bytea', nullable: true })
  fingerprint!: Buffer | null;

  /** JSON text of the answer as it was sent; null while the request runs. */
  @Column({ name: 'answer', type: 'text', nullable: true })
  answer!: string | null;
}
