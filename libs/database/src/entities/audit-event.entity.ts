import { Column, Entity, PrimaryColumn } from 'typeorm';

export type AuditPhase = 'intent' | 'outcome';

/**
 * One line of the audit trail: who did what to which card, and how it ended. The service may only add lines and read
 * them. The table also holds each line's transaction id (xid), which gives the order of sealing.
 */
@Entity('audit_events')
export class AuditEventEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'occurred_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  occurredAt!: Date;

  @PrimaryColumn({ name: 'audit_id', type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  auditId!: string;

  @Column({ name: 'client_id', type: 'text' })
  clientId!: string;

  /** The person or system behind the client: the token's `sub`. */
  @Column({ name: 'subject', type: 'text' })
  subject!: string;

  @Column({ name: 'source_address', type: 'text', nullable: true })
  sourceAddress!: string | null;

  @Column({ name: 'request_id', type: 'text' })
  requestId!: string;

  /** e.g. pin.validate */
  @Column({ name: 'action', type: 'text' })
  action!: string;

  @Column({ name: 'phase', type: 'text' })
  phase!: AuditPhase;

  /** How it ended; null for an intent. */
  @Column({ name: 'result', type: 'text', nullable: true })
  result!: string | null;

  @Column({ name: 'card_id', type: 'uuid', nullable: true })
  cardId!: string | null;

  /** XXXX and the last four digits; null when there is no card or its PAN is not known. */
  @Column({ name: 'masked_pan', type: 'text', nullable: true })
  maskedPan!: string | null;

  /** The card's event_no after the write of this line; null where the card's row was not written. */
  @Column({ name: 'event_no', type: 'bigint', nullable: true })
  eventNo!: string | null;

  @Column({ name: 'evaluation_id', type: 'uuid', nullable: true })
  evaluationId!: string | null;

  /**
   * JSON text: pinStatus, triesSpent, failuresWithoutSuccess, verifierHash, changed, renewed, verdictMac, verifierMac, refusal, reason, approvalId, cardRef, otpId, purpose,
   * attemptsRemaining, commandId, command, outcome; of an API client: client, scopes,
   * person, allowedAddresses, requestsPerMinute, previousSecretExpiresAt, method, keys, previousKeysExpireAt, before, after; of a token:
   * scope, method, type; of a demand on clients: demandNo, methods, senderConstrained, validFrom; of an approval: approvalId, kind, requestedBy,
   * approvedBy; of a person: person; of an import: importId, registered, existing, failed; of an incident: incidentId, the members of its
   * filter, cardsHash, its counts, causes; of a restoration: failuresTakenBack, takenBackInARow;
   * of an alarm: alarmId, kind, client, windowSeconds, count, usual, limit, since; of an export of the trail: format, filter, from, lines;
   * never anything secret.
   */
  @Column({ name: 'details', type: 'text', nullable: true })
  details!: string | null;
}
