import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timeOrNever, type TimeOrNever } from '../time-or-never.js';

/** A program that may call the API. Nothing in the row is secret. */
@Entity('api_clients')
export class ApiClientEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  /** Unique in its tenant. */
  @PrimaryColumn({ name: 'client_id', type: 'text' })
  clientId!: string;

  @Column({ name: 'scopes', type: 'text', array: true })
  scopes!: string[];

  /** The person behind an operator's client; null for card apps. */
  @Column({ name: 'person', type: 'text', nullable: true })
  person!: string | null;

  /** CIDR ranges in canonical form. */
  @Column({ name: 'allowed_addresses', type: 'text', array: true })
  allowedAddresses!: string[];

  @Column({ name: 'requests_per_minute', type: 'integer', nullable: true })
  requestsPerMinute!: number | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** Who asked for it; null if that is not known. */
  @Column({ name: 'created_by', type: 'text', nullable: true })
  createdBy!: string | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true, transformer: timeOrNever })
  revokedAt!: TimeOrNever;
}
