import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a tenant asks of its clients from a moment on. Rows are only added; the newest that has begun holds. */
@Entity('client_demands')
export class ClientDemandEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  /** Counts up. */
  @PrimaryColumn({ name: 'demand_no', type: 'integer' })
  demandNo!: number;

  /** How a client may prove itself: client_secret, private_key_jwt, tls_client_auth. */
  @Column({ name: 'methods', type: 'text', array: true })
  methods!: string[];

  /** Whether a token must be bound to a key or a certificate. */
  @Column({ name: 'sender_constrained', type: 'boolean' })
  senderConstrained!: boolean;

  @Column({ name: 'valid_from', type: 'timestamptz' })
  validFrom!: Date;

  @Column({ name: 'set_by', type: 'text' })
  setBy!: string;

  /** The client that set it. */
  @Column({ name: 'set_through', type: 'text' })
  setThrough!: string;

  @Column({ name: 'reason', type: 'text' })
  reason!: string;

  @Column({ name: 'set_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  setAt!: Date;
}
