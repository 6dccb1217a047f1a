import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What events to an endpoint are signed with; kept sealed by the HSM. */
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

  /** End of the overlap of one that was replaced; null for the current one. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;
}
