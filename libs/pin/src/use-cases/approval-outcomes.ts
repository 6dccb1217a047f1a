import { PinwardError } from '#libs/errors';
import type { DecideResult, RequestUnlockResult } from '../ports/approval-store.js';
import { refusalError } from './outcomes.js';

type Refused = Exclude<
  DecideResult | RequestUnlockResult,
  { readonly outcome: 'decided' | 'requested' | 'answered' }
>;

/** The refusals of an unlock in two steps, as the problems the contract names. */
export function approvalError(refusal: Refused): PinwardError {
  switch (refusal.outcome) {
    case 'unknown-approval':
      return new PinwardError('APPROVAL_NOT_FOUND');
    case 'approval-closed':
      return new PinwardError('APPROVAL_CLOSED');
    case 'same-operator':
      return new PinwardError('SAME_OPERATOR');
    case 'approver-not-accepted':
      return new PinwardError('APPROVER_NOT_ACCEPTED', { reason: refusal.reason });
    case 'not-locked':
      return new PinwardError('PIN_NOT_LOCKED');
    case 'reset-required':
      return new PinwardError('PIN_RESET_REQUIRED');
    default:
      return refusalError(refusal);
  }
}
