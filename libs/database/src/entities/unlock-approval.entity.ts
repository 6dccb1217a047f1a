import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'lapsed';

/** An unlock that waits for a second person. */
@Entity('unlock_approvals')
export class UnlockApprovalEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'approval_id', type: 'uuid' })
  approvalId!: string;

  @Column({ name: 'card_id', type: 'uuid' })
  cardId!: string;

  /** event_no of the locked card: an approval is for this lock, and for no later one. */
  @Column({ name: 'card_event_no', type: 'bigint' })
  cardEventNo!: string;

  @Column({ name: 'status', type: 'text' })
  status!: ApprovalStatus;

  @Column({ name: 'reason', type: 'text' })
  reason!: string;

  @Column({ name: 'requested_by', type: 'text' })
  requestedBy!: string;

  /** The client that asked for it; null in a row of an earlier version. */
  @Column({ name: 'requested_through', type: 'text', nullable: true })
  requestedThrough!: string | null;

  /** Who vouches for the person (RequestContext.issuer); null in a row of an earlier version. */
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

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;
}
