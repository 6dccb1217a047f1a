import type { PinVerifier } from '#libs/hsm';
import type { PendingChipCommand } from '../chip/chip-commands.js';

export type PinStatus = 'unset' | 'active' | 'locked' | 'closed';

/** A card as callers and operators see it; nothing in it is secret. */
export interface Card {
  readonly tenantId: string;
  /** Issued by the service: lower-case UUID, globally unique. */
  readonly cardId: string;
  readonly cardRef: string;
  /** "XXXX1234"; null until a PAN is stored. */
  readonly maskedPan: string | null;
  readonly pinAccountSource: 'surrogate' | 'pan';
  /** 12 digits; null when they come from the PAN. */
  readonly pinAccount: string | null;
  readonly chip: boolean;
  /** What the chip does not know yet; empty for a card without one. */
  readonly pendingCommands: readonly PendingChipCommand[];
  readonly pinStatus: PinStatus;
  /** The limit that holds for this card: the tenant's, else the service's. */
  readonly maxTries: number;
  readonly triesRemaining: number;
  readonly failuresWithoutSuccess: number;
  readonly lockedAt: Date | null;
  readonly pinSetAt: Date | null;
  readonly lastUnlock: { readonly at: Date; readonly by: string; readonly reason: string } | null;
  /** Every write of the row raises it; it orders the card's audit and outbox rows. */
  readonly eventNo: string;
}

/** A card with what a new PIN has to respect. */
export interface CardForEnrolment {
  readonly card: Card;
  /** Newest first; the current verifier is the first. */
  readonly history: readonly PinVerifier[];
}
