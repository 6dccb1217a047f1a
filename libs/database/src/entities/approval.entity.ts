import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timeOrNever, type TimeOrNever } from '../time-or-never.js';

export type ApprovalKind =
  | 'client-create'
  | 'client-rotate-secret'
  | 'client-rotate-keys'
  | 'client-change'
  | 'demand-change'
  | 'webhook-create'
  | 'webhook-rotate-secret'
  | 'policy-change'
  | 'brake-release'
  | 'incident-restore';

/** Asked for and decided only at the command line: no scope of the REST API allows it. */
export type CommandLineApproval = 'key-abandon';

/** A request that waits for a second person; unlocks have their own table. Nothing in the row is secret. */
@Entity('approvals')
export class ApprovalEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'approval_id', type: 'uuid' })
  approvalId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: ApprovalKind | CommandLineApproval;

  @Column({ name: 'status', type: 'text' })
  status!: 'pending' | 'approved' | 'rejected';

  /** JSON text: what is asked for, as the approver sees it and as it will be carried out. */
  @Column({ name: 'content', type: 'text' })
  content!: string;

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'requested_by', type: 'text' })
  requestedBy!: string;

  /** The client that asked for it. */
  @Column({ name: 'requested_through', type: 'text' })
  requestedThrough!: string;

  /** Who vouches for the person: see RequestContext.issuer. */
  @Column({ name: 'requested_issuer', type: 'text', nullable: true })
  requestedIssuer!: string | null;

  @Column({ name: 'requested_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  requestedAt!: Date;

  @Column({
    name: 'expires_at',
    type: 'timestamptz',
    default: () => "clock_timestamp() + '24:00:00'::interval",
  })
  expiresAt!: Date;

  @Column({ name: 'decided_by', type: 'text', nullable: true })
  decidedBy!: string | null;

  @Column({ name: 'decided_through', type: 'text', nullable: true })
  decidedThrough!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  /** When the requester saw the new secret. */
  @Column({ name: 'collected_at', type: 'timestamptz', nullable: true, transformer: timeOrNever })
  collectedAt!: TimeOrNever;
}
