import type { CardData, SealedCardData } from '#libs/card-vault';
import type { PinVerifier, VerdictMac } from '#libs/hsm';
import type {
  ClaimLookup,
  ClaimRefusal,
  Page,
  RequestContext,
  StoredAnswer,
  StoredBody,
} from '#libs/requests';
import type { Card, CardForEnrolment, PinStatus } from './card.js';

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

/** Why no try was spent; nothing has been written. */
export type SpendRefusal =
  | { readonly outcome: 'unknown-card' }
  | { readonly outcome: 'pin-not-set' }
  | { readonly outcome: 'card-closed' }
  | { readonly outcome: 'pin-locked' }
  | { readonly outcome: 'evaluation-in-flight'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'envelope-replayed' }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | { readonly outcome: 'request-in-progress'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'request-id-reused' }
  | { readonly outcome: 'request-not-replayable' };

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
export type Verdict = 'matched' | 'not-matched' | 'unreadable' | 'given-back' | 'abandoned';

export interface SettleRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly evaluationId: string;
  readonly operation: 'validate' | 'change';
  /** As in the spend; `given-back` releases them. */
  readonly envelopes: readonly EnvelopeId[];
  readonly verdict: Verdict;
  /** The HSM host's word for the verdict; null where no host gave one. */
  readonly verdictMac: VerdictMac | null;
  /** Same PIN under the current wrapping generation: replaces verifier and salt, history untouched. */
  readonly renewed: PinVerifier | null;
  /** The changed PIN's verifier; the old one moves to the history. Only with `matched`. */
  readonly changedTo: PinVerifier | null;
  /**
   * A change's. Used up by `changedTo` and by PIN_REUSED, in the same statement; when it is not live any more, the PIN
   * stays as it was and the answer is OTP_REJECTED, whatever the evaluation came to.
   */
  readonly otpId: string | null;
  /** Why a change with the right current PIN did not happen, for the audit row; null otherwise. */
  readonly refusal: 'PIN_TOO_WEAK' | 'PIN_REUSED' | 'PIN_ENVELOPE_UNREADABLE' | null;
  readonly answer: StoredAnswer | null;
}

export type SettleResult =
  | { readonly outcome: 'settled' }
  /** The evaluation had been closed before; this stored answer is the one that counts. */
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  /** The evaluation had been closed before and left no answer: nothing was changed. */
  | { readonly outcome: 'fenced' };

export interface ResetRecord extends EnrolmentRecord {
  /** Used up by success, and by PIN_REUSED: that answer is a guess at the old PIN. */
  readonly otpId: string;
}

export type ResetResult =
  | EnrolmentResult
  /** The one-time password is not live any more: nothing was changed, whatever the new PIN came to. */
  | { readonly outcome: 'otp-rejected' }
  | { readonly outcome: 'evaluation-in-flight'; readonly retryAfterSeconds: number };

export interface CloseCardRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly answerOf: (card: Card) => StoredBody;
}

export type CloseCardResult =
  | { readonly outcome: 'closed'; readonly card: Card }
  | { readonly outcome: 'unknown-card' | 'card-closed' }
  | { readonly outcome: 'evaluation-in-flight'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | ClaimRefusal;

export interface EnrolmentRecord {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly envelope: EnvelopeId;
  /** event_no of the card as it was read; another writer in between: `card-changed`. */
  readonly expectedEventNo: string;
  readonly result:
    | { readonly outcome: 'enrolled'; readonly verifier: PinVerifier }
    | {
        readonly outcome: 'refused';
        readonly refusal: 'PIN_TOO_WEAK' | 'PIN_REUSED' | 'PIN_ENVELOPE_UNREADABLE';
      };
  readonly answer: StoredAnswer;
}

export type EnrolmentResult =
  | { readonly outcome: 'recorded' }
  | { readonly outcome: 'card-changed' }
  | { readonly outcome: 'envelope-replayed' }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | { readonly outcome: 'request-id-reused' };

export interface UnlockRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  /** 5 to 200 characters, PAN-like digit runs already masked. */
  readonly reason: string;
  readonly answer: StoredAnswer;
}

export type UnlockResult =
  | { readonly outcome: 'unlocked' }
  | { readonly outcome: 'unknown-card' }
  | { readonly outcome: 'card-closed' }
  | { readonly outcome: 'not-locked' }
  | { readonly outcome: 'reset-required' }
  | { readonly outcome: 'evaluation-in-flight'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | { readonly outcome: 'request-id-reused' }
  | { readonly outcome: 'request-not-replayable' };

export interface RegisterCardRequest {
  readonly context: RequestContext;
  readonly cardRef: string;
  /** Offered for a new card; an existing card with the same cardRef keeps its own. */
  readonly cardId: string;
  /** 12 random digits, the surrogate PIN account; null when it is the PAN's. */
  readonly pinAccount: string | null;
  /** Absent for a card whose data the service need not know. */
  readonly data?: NewCardData | null;
  /** The answer that a repeated request gets, made of the card that there is then. */
  readonly answerOf: (registered: CardRegistered) => StoredBody;
}

/** Card data, sealed for the card id that is offered. */
export interface NewCardData {
  readonly sealed: SealedCardData;
  readonly last4: CardData['last4'];
}

export interface CardRegistered {
  /** Existing: the same cardRef had been registered before, and neither then nor now came any data. */
  readonly outcome: 'registered' | 'existing';
  readonly card: Card;
}

export type RegisterCardResult =
  | CardRegistered
  | { readonly outcome: 'card-ref-in-use' }
  | { readonly outcome: 'card-closed' }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | ClaimRefusal;

export interface CardFilter {
  readonly pinStatus?: PinStatus | undefined;
  readonly cardRef?: string | undefined;
  /** Last four digits of the PAN. */
  readonly last4?: string | undefined;
  readonly limit: number;
  /** Opaque; from the page before. */
  readonly cursor?: string | undefined;
}

/**
 * Cards, try counters, replay register, idempotency, audit and outbox rows: everything one transaction must hold
 * together. All deadlines use the database's clock. Rejects with DATABASE_UNAVAILABLE (PinwardError) when the
 * outcome is unknown or the database is away; the same call may then be repeated.
 */
export abstract class PinStore {
  /** One round trip, one durable commit (docs/try-counter.md, step 1). */
  abstract spend(request: SpendRequest): Promise<SpendResult>;

  /** One round trip, one durable commit, fenced by the evaluation id (step 3). */
  abstract settle(request: SettleRequest): Promise<SettleResult>;

  /** Closes up to `limit` evaluations past their deadline, and returns how many. */
  abstract closeAbandoned(limit: number): Promise<number>;

  abstract lookUpClaim(context: RequestContext): Promise<ClaimLookup>;

  /** The card's evaluation that still has time; null when there is none, or it is merely late. */
  abstract findEvaluation(
    tenantId: string,
    cardId: string,
  ): Promise<{ readonly retryAfterSeconds: number } | null>;

  /** The card and the last N verifiers; null for an unknown or foreign card. */
  abstract readForEnrolment(tenantId: string, cardId: string): Promise<CardForEnrolment | null>;

  /** Set: stores verifier, envelope, answer, audit and event in one transaction, from `unset` only. */
  abstract recordEnrolment(record: EnrolmentRecord): Promise<EnrolmentResult>;

  /** Reset: the same from `active` or `locked`, and the one-time password with it; tries and failures start anew. */
  abstract recordReset(record: ResetRecord): Promise<ResetResult>;

  /** Erases PAN, verifiers and one-time passwords; the card takes no operation any more. */
  abstract closeCard(request: CloseCardRequest): Promise<CloseCardResult>;

  abstract unlock(request: UnlockRequest): Promise<UnlockResult>;

  abstract registerCard(request: RegisterCardRequest): Promise<RegisterCardResult>;

  abstract findCard(tenantId: string, cardId: string): Promise<Card | null>;

  abstract findCards(tenantId: string, filter: CardFilter): Promise<Page<Card>>;
}
