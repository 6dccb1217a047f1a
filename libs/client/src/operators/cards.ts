import { body, operation, outcome } from '../backend/calls/operation.js';
import type { Card, PinStatus } from '../backend/contract/cards.js';
import type { ApprovalRequested, Page, PageOf } from '../backend/contract/lists.js';
import type { PinActive } from '../backend/contract/pins.js';
import type { Approval } from './approvals.js';

/** An unlock that a second person has to approve. */
export interface UnlockApproval extends Pick<
  Approval,
  'approvalId' | 'status' | 'requestedBy' | 'requestedAt' | 'expiresAt' | 'decidedBy' | 'decidedAt'
> {
  readonly cardId: string;
  readonly reason: string;
}

/** A card as operators see it: without its PIN account. */
export interface OperatorCard extends Omit<Card, 'pinAccount'> {
  readonly pendingApproval?: UnlockApproval | undefined;
  readonly failuresWithoutSuccess: number;
  readonly lastUnlock?: { readonly at: string; readonly by: string; readonly reason: string } | undefined;
}

export interface ListCards extends PageOf {
  readonly pinStatus?: PinStatus;
  readonly cardRef?: string;
  /** The last 4 digits of the PAN. */
  readonly last4?: string;
}

/** Why, for the audit trail: 5 to 200 characters, no card number. */
export interface Because {
  readonly reason: string;
}

export const OPERATOR_CARD_OPERATIONS = {
  listCards: operation<ListCards>()('GET /v1/admin/cards', { answers: { 200: body<Page<OperatorCard>> } }),
  /** @throws PinwardError CARD_NOT_FOUND */
  readCard: operation()('GET /v1/admin/cards/{cardId}', { answers: { 200: body<OperatorCard> } }),
  /**
   * Lifts a lock and gives all tries back, or asks a second person to.
   *
   * @throws PinwardError PIN_NOT_LOCKED, PIN_RESET_REQUIRED
   */
  unlockCard: operation<Because>()('POST /v1/admin/cards/{cardId}/unlock', {
    answers: {
      200: outcome('UNLOCKED', body<PinActive>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
};
