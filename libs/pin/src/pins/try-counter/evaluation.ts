import type { PinVerifier, VerdictMac } from '#libs/hsm';
import type { ClaimLookup, Refusal, RequestContext, StoredAnswer } from '#libs/requests';

/** An envelope as the replay register knows it: SHA-256 of the decoded ciphertext, per kid. */
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
  /** One for validate; current and new for change. */
  readonly envelopes: readonly EnvelopeId[];
}

/** Why no try was spent: the contract's code, or the answer that the request id has. Nothing has been written. */
export type SpendRefusal =
  | Refusal<'CARD_NOT_FOUND' | 'CARD_CLOSED' | 'PIN_NOT_SET' | 'PIN_LOCKED' | 'PIN_ENVELOPE_REPLAYED'>
  | Refusal<'PIN_EVALUATION_IN_PROGRESS'>
  | Exclude<ClaimLookup, { outcome: 'new' }>;

export interface Granted {
  readonly outcome: 'granted';
  /** Tries spent including this one. */
  readonly triesSpent: number;
  readonly maxTries: number;
  /** Evaluations that are left if this one fails, of its tries and of its failures in a row. */
  readonly triesLeft: number;
  /** The card's event number as the spend left it, decimal. */
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

/** What the right PIN brought about besides the tries. */
export type MatchEffect =
  | { readonly kind: 'none' }
  /** The same PIN under the current wrapping generation: replaces verifier and salt, history untouched. */
  | { readonly kind: 'renewed'; readonly verifier: PinVerifier }
  /** The changed PIN's verifier; the old one moves to the history. */
  | { readonly kind: 'changed'; readonly verifier: PinVerifier }
  /** Why a change did not happen, for the audit row. */
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
  /** As in the spend; `given-back` releases them. */
  readonly envelopes: readonly EnvelopeId[];
  /**
   * A change's. Used up by `changed` and by PIN_REUSED, in the same statement; when it is not live any more, the PIN
   * stays as it was and the answer is OTP_REJECTED, whatever the evaluation came to.
   */
  readonly otpId: string | null;
};

export type SettleResult =
  | { readonly outcome: 'settled' }
  /** The evaluation had been closed before; this stored answer is the one that counts. */
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  /** The evaluation had been closed before and left no answer: nothing was changed. */
  | { readonly outcome: 'fenced' };
