import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The secret that signs the events to an endpoint; stored sealed by the HSM. */
@Entity('webhook_secrets')
export class WebhookSecretEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'endpoint_id', type: 'uuid' })
  endpointId!: string;

  @PrimaryColumn({ name: 'secret_no', type: 'integer' })
  secretNo!: number;

  @Column({ name: 'sealed', type: 'bytea' })
  sealed!: Buffer;

  /** Generation of the `secrets` key. */
  @Column({ name: 'sealed_generation', type: 'integer' })
  sealedGeneration!: number;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: Date;

  /** When a replaced secret stops signing; null for the current one. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;
}
