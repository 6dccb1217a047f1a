import type { ApprovalKind, TimeOrNever } from '#libs/database';

/** What takes two persons. The PIN domain decides on an unlock; it is listed here with the others. */
export type AnyKind = ApprovalKind | 'unlock';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'lapsed';

/** A request of one person on which another person decides. Nothing in it is secret. */
export interface Approval {
  readonly approvalId: string;
  readonly kind: AnyKind;
  readonly status: ApprovalStatus;
  readonly reason: string | null;
  readonly requestedBy: string;
  /** The client that asked for it; null if an earlier version wrote the row. */
  readonly requestedThrough: string | null;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly collectedAt: TimeOrNever;
  /** For an unlock. */
  readonly cardId: string | null;
  /** The whole request; null for an unlock, which has only card and reason. */
  readonly request: Readonly<Record<string, unknown>> | null;
}
