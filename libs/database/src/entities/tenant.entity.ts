import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An issuer or programme whose cards are kept apart from every other's. */
@Entity('tenants')
export class TenantEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  /** 1 to 15; null takes the service's limit. */
  @Column({ name: 'pin_max_tries', type: 'smallint', nullable: true })
  pinMaxTries!: number | null;

  /** Whether a first PIN takes a one-time password; null takes the policy's rule. */
  @Column({ name: 'pin_set_otp', type: 'boolean', nullable: true })
  pinSetOtp!: boolean | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: Date;
}
