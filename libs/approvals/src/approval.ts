import type { ApprovalKind, TimeOrNever } from '#libs/database';

/** What takes two persons; an unlock is decided by the PIN domain and listed here with the others. */
export type AnyKind = ApprovalKind | 'unlock';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'lapsed';

/** Something that one person has asked for and another is to decide on. Nothing in it is secret. */
export interface Approval {
  readonly approvalId: string;
  readonly kind: AnyKind;
  readonly status: ApprovalStatus;
  readonly reason: string | null;
  readonly requestedBy: string;
  /** The client by which it was asked for; null where an earlier version wrote the row. */
  readonly requestedThrough: string | null;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly collectedAt: TimeOrNever;
  /** Of an unlock. */
  readonly cardId: string | null;
  /** The whole of what was asked for; null for an unlock, which is the card and the reason. */
  readonly request: Readonly<Record<string, unknown>> | null;
}
