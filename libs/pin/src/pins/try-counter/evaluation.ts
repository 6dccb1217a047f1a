import type { PinVerifier, VerdictMac } from '#libs/hsm';
import type { ClaimLookup, Refusal, RequestContext, StoredAnswer } from '#libs/requests';

/** How the replay register names an envelope: SHA-256 of the decoded ciphertext, per kid. */
export interface EnvelopeId {
  readonly kid: string;
  readonly digest: Buffer;
}

export interface SpendRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  /** Made by the caller before the spend (UUID); a repeated spend with the same id resumes and never debits twice. */
  readonly evaluationId: string;
  readonly operation: 'validate' | 'change';
  /** One for validate; the current and the new one for change. */
  readonly envelopes: readonly EnvelopeId[];
}

/** Why no try was spent: the contract's code, or the stored answer of the request id. Nothing has been written. */
export type SpendRefusal =
  | Refusal<'CARD_NOT_FOUND' | 'CARD_CLOSED' | 'PIN_NOT_SET' | 'PIN_LOCKED' | 'PIN_ENVELOPE_REPLAYED'>
  | Refusal<'PIN_EVALUATION_IN_PROGRESS'>
  | Exclude<ClaimLookup, { outcome: 'new' }>;

export interface Granted {
  readonly outcome: 'granted';
  /** Tries spent, this one included. */
  readonly triesSpent: number;
  readonly maxTries: number;
  /** Evaluations that are left if this one fails: the smaller rest of tries and of failures in a row. */
  readonly triesLeft: number;
  /** The card's event number after the spend, decimal. */
  readonly eventNo: string;
  readonly verifier: PinVerifier;
  readonly pinAccount: string | null;
}

export type SpendResult = Granted | SpendRefusal;

/**
 * How an evaluation ended. `unreadable` counts like `not-matched`; `given-back` returns the try and releases the
 * envelopes and the request id; `abandoned` keeps the try spent with no verdict known.
 */
export type Verdict = Settlement['verdict'];

export type Settlement = Matched | Failed;

interface Matched {
  readonly verdict: 'matched';
  /** The HSM host's word for the verdict; null where no host gave one. */
  readonly verdictMac: VerdictMac | null;
  readonly effect: MatchEffect;
  readonly answer: StoredAnswer;
}

/** What the right PIN changes besides the tries. */
export type MatchEffect =
  | { readonly kind: 'none' }
  /** The same PIN under the current wrapping generation: replaces verifier and salt; the history stays. */
  | { readonly kind: 'renewed'; readonly verifier: PinVerifier }
  /** The changed PIN's verifier; the old one moves to the history. */
  | { readonly kind: 'changed'; readonly verifier: PinVerifier }
  /** Why a change did not happen, for the audit line. */
  | { readonly kind: 'refused'; readonly code: 'PIN_TOO_WEAK' | 'PIN_REUSED' | 'PIN_ENVELOPE_UNREADABLE' };

interface Failed {
  readonly verdict: 'not-matched' | 'unreadable' | 'given-back' | 'abandoned';
  readonly verdictMac: VerdictMac | null;
  readonly answer: StoredAnswer;
}

export type SettleRequest = Settlement & {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly evaluationId: string;
  readonly operation: 'validate' | 'change';
  /** The same as in the spend; `given-back` releases them. */
  readonly envelopes: readonly EnvelopeId[];
  /**
   * For a change. `changed` and PIN_REUSED use it up, in the same statement. When it is not live any more, the PIN
   * stays as it was and the answer is OTP_REJECTED, however the evaluation ended.
   */
  readonly otpId: string | null;
};

export type SettleResult =
  | { readonly outcome: 'settled' }
  /** The evaluation had been closed before; its stored answer is the one that counts. */
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  /** The evaluation had been closed before and has no answer: nothing was changed. */
  | { readonly outcome: 'fenced' };
