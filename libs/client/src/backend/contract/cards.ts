import { body, operation, outcome } from '../calls/operation.js';

/** `unset` before a first PIN; `locked` until an operator unlocks it or the PIN is reset. */
export type PinStatus = 'unset' | 'active' | 'locked' | 'closed';

/** What an issuer script is to tell the chip of a card. */
export type ChipCommand = 'CHANGE_PIN' | 'UNBLOCK_PIN';

export type ChipFailure =
  | 'SCRIPT_NOT_PROCESSED'
  | 'SCRIPT_FAILED'
  | 'APPLICATION_BLOCKED'
  | 'NOT_SUPPORTED'
  | 'CARD_REPLACED'
  | 'OTHER';

/** What a chip does not know yet. */
export interface PendingChipCommand {
  readonly commandId: string;
  readonly command: ChipCommand;
  /** Grows with each new PIN of the card. */
  readonly pinVersion: number;
  readonly createdAt: string;
  readonly lastFailure?: { readonly at: string; readonly reason: ChipFailure } | undefined;
}

/** Members without a value are absent. Times are RFC 3339 in UTC. */
export interface Card {
  /** A UUID in lower case. */
  readonly cardId: string;
  /** Your own reference. */
  readonly cardRef: string;
  /** "XXXX1234" */
  readonly maskedPan?: string | undefined;
  /** 12 digits that PIN blocks are bound to; absent when those of the PAN are. */
  readonly pinAccount?: string | undefined;
  /** There for a card with a chip, as is `pendingCommands`: at most one command of each kind. */
  readonly chip?: true | undefined;
  readonly pendingCommands?: readonly PendingChipCommand[] | undefined;
  readonly pinStatus: PinStatus;
  readonly triesRemaining: number;
  readonly lockedAt?: string | undefined;
  readonly pinSetAt?: string | undefined;
}

export interface RegisterCard {
  /** 1 to 128 visible ASCII characters; nothing that could be a card number. */
  readonly cardRef: string;
  /** 12 to 19 digits with a right check digit. Sealed inside the HSM and revealed to nobody but the cardholder. */
  readonly pan?: string;
  /** MM/YY, MM/YYYY or YYYY-MM; needs `pan`. */
  readonly expiry?: string;
  /** 1 to 64 characters; needs `pan`. */
  readonly holderName?: string;
  /** What PIN blocks are bound to. Default: "surrogate". */
  readonly pinAccountSource?: 'surrogate' | 'pan';
  /** Whether a chip keeps the PIN as well. Default: false. It stays so. */
  readonly chip?: boolean;
}

/** What the terminal said of an issuer script; `reason` of a failure alone. */
export interface ReportChipCommand {
  readonly outcome: 'delivered' | 'failed';
  readonly reason?: ChipFailure;
}

export interface ChipReported {
  readonly commandId: string;
  readonly command: ChipCommand;
  /** "pending" after a failure; "superseded" by a newer command, which is pending instead. */
  readonly status: 'pending' | 'delivered' | 'superseded';
  readonly pendingCommands: readonly PendingChipCommand[];
}

export type OtpPurpose = 'pin-set' | 'pin-change' | 'pin-reset' | 'card-reveal';

/** The code goes to the cardholder, never to you. It is good for five minutes and one success. */
export interface IssuedOtp {
  readonly otpId: string;
  readonly expiresAt: string;
}

/** A one-time password as the cardholder typed it. */
export interface TypedOtp {
  readonly otpId: string;
  /** 6 digits. */
  readonly code: string;
}

/** A public key: RSA of 2048 to 4096 bits, or EC on P-256 or P-384. */
export type RecipientKey = Readonly<Record<string, unknown>>;

/** Decrypt it where the card is shown, not in your backend. */
export interface RevealedCard {
  /** Compact JWE (RFC 7516) of `{ cardId, pan, expiry?, holderName? }`. */
  readonly jwe: string;
}

export const CARD_OPERATIONS = {
  /**
   * Registers a card, or finds the one that has the reference, when neither was given data (`KNOWN`).
   *
   * @throws PinwardError CARD_REF_IN_USE for a reference that is taken, when data were given now or then
   */
  registerCard: operation<RegisterCard>()('POST /v1/cards', {
    answers: { 200: outcome('KNOWN', body<Card>), 201: outcome('REGISTERED', body<Card>) },
  }),
  /** The card that has the reference. @throws PinwardError CARD_NOT_FOUND */
  findCard: operation<{ readonly cardRef: string }>()('GET /v1/cards', { answers: { 200: body<Card> } }),
  /** @throws PinwardError CARD_NOT_FOUND, also for another tenant's card */
  readCard: operation()('GET /v1/cards/{cardId}', { answers: { 200: body<Card> } }),
  /**
   * Closes a card for good: its PAN, PIN and one-time passwords are erased.
   *
   * @throws PinwardError CARD_CLOSED
   */
  closeCard: operation()('POST /v1/cards/{cardId}/close', { answers: { 200: body<Card> } }),
  /**
   * For the authorisation host: what became of an issuer script. On a command that has ended it changes nothing.
   *
   * @throws PinwardError CHIP_COMMAND_NOT_FOUND, CARD_CLOSED
   */
  reportChipCommand: operation<ReportChipCommand>()(
    'POST /v1/cards/{cardId}/chip-commands/{commandId}/report',
    {
      answers: { 200: body<ChipReported> },
    },
  ),
  /** Issues a one-time password: the issuer's message gateway brings its code to the cardholder. */
  issueOtp: operation<{ readonly purpose: OtpPurpose }>()('POST /v1/cards/{cardId}/otp', {
    answers: { 202: outcome('ISSUED', body<IssuedOtp>) },
    refusals: ['OTP_LIMIT_REACHED', 'CARD_FROZEN', 'CARD_CLOSED'],
  }),
  /**
   * Reveals the card's data, encrypted to a key of the cardholder's device. Its answer is never told twice: when it was
   * lost, the repetition throws REQUEST_NOT_REPLAYABLE.
   */
  revealCard: operation<{ readonly otp: TypedOtp; readonly recipientKey: RecipientKey }>()(
    'POST /v1/cards/{cardId}/reveal',
    {
      answers: { 200: outcome('REVEALED', body<RevealedCard>) },
      refusals: ['OTP_REJECTED', 'CARD_DATA_MISSING', 'CARD_FROZEN', 'CARD_CLOSED'],
    },
  ),
};
