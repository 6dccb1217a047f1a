import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timeOrNever, type TimeOrNever } from '../time-or-never.js';

/** A URL at which a tenant wants its events. */
@Entity('webhook_endpoints')
export class WebhookEndpointEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'endpoint_id', type: 'uuid' })
  endpointId!: string;

  @Column({ name: 'url', type: 'text' })
  url!: string;

  /** Types of events; null: all but otp.issued. */
  @Column({ name: 'events', type: 'text', array: true, nullable: true })
  events!: string[] | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: Date;

  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true, transformer: timeOrNever })
  deletedAt!: TimeOrNever;

  /** The first failure since the last success; null while deliveries succeed. */
  @Column({ name: 'failing_since', type: 'timestamptz', nullable: true })
  failingSince!: Date | null;

  /** Nothing is sent to it until an operator resumes it. */
  @Column({ name: 'paused_at', type: 'timestamptz', nullable: true })
  pausedAt!: Date | null;
}
