import type { EncryptedPin } from '../../encrypt-pin.js';
import type { PinKeySet } from '../../pin-key.js';
import { body, operation, outcome, type Reader } from '../calls/operation.js';
import type { PinStatus, TypedOtp } from './cards.js';

/** The PIN of a call, encrypted in the cardholder's app. Each is accepted once: encrypt anew for every intention. */
export interface OnePin {
  readonly encryptedPin: EncryptedPin;
}
export interface SetPin extends OnePin {
  /** Issued for "pin-set". Needed where the issuer's rules ask for it; one that is given always counts. */
  readonly otp?: TypedOtp;
}
export interface ChangePin {
  readonly currentPin: EncryptedPin;
  readonly newPin: EncryptedPin;
  /** Issued for "pin-change". */
  readonly otp: TypedOtp;
}
export interface ResetPin {
  readonly newPin: EncryptedPin;
  /** Issued for "pin-reset". */
  readonly otp: TypedOtp;
}

/** Of a card that now has a PIN and all its tries. */
export interface PinActive {
  readonly pinStatus: 'active';
}

/** After the PIN was compared. `pinStatus` is "locked" when a wrong PIN spent the last try. */
export interface TriesLeft {
  readonly pinStatus: PinStatus;
  readonly triesRemaining: number;
}

/** Neither word: nobody is let in by an answer that says nothing. */
const validated: Reader<Verified | WrongPin> = ({ verified, ...rest }) => {
  if (verified === true) return { outcome: 'VERIFIED', ...body<TriesLeft>(rest) };
  return verified === false ? { outcome: 'WRONG_PIN', ...body<TriesLeft>(rest) } : undefined;
};

const changed: Reader<PinChanged | WrongPin> = ({ changed: isChanged, reason, ...rest }) => {
  if (isChanged === true) return { outcome: 'PIN_CHANGED', ...body<{ readonly pinStatus: PinStatus }>(rest) };
  if (isChanged !== false || reason !== 'WRONG_PIN') return undefined;
  return { outcome: 'WRONG_PIN', ...body<TriesLeft>(rest) };
};

export interface Verified extends TriesLeft {
  readonly outcome: 'VERIFIED';
}
export interface WrongPin extends TriesLeft {
  readonly outcome: 'WRONG_PIN';
  /** Only there when one try is left: tell the cardholder that the next wrong PIN locks the card. */
  readonly lastTry?: true | undefined;
}
export interface PinChanged {
  readonly outcome: 'PIN_CHANGED';
  readonly pinStatus: PinStatus;
}

export const PIN_OPERATIONS = {
  /** The keys that PINs are encrypted with. Pass the whole answer on to the app, unchanged: the app checks its signature. */
  pinKeys: operation()('GET /v1/pin-keys', { answers: { 200: body<PinKeySet> } }),
  /**
   * Sets the first PIN. Costs no try.
   *
   * @throws PinwardError PIN_ENVELOPE_UNREADABLE, PIN_ENVELOPE_REPLAYED, PIN_KEY_RETIRED; REQUEST_INVALID with the pointer
   *   /otp where a one-time password is needed
   */
  setPin: operation<SetPin>()('POST /v1/cards/{cardId}/pin', {
    answers: { 201: outcome('PIN_SET', body<PinActive>) },
    refusals: ['OTP_REJECTED', 'PIN_TOO_WEAK', 'PIN_ALREADY_SET', 'CARD_FROZEN', 'CARD_CLOSED'],
  }),
  /**
   * Compares a PIN with the card's. Nothing but the outcome `VERIFIED` means that it was right.
   *
   * @throws PinwardError PIN_ENVELOPE_UNREADABLE, which costs a try: `problem.triesRemaining`; PIN_ENVELOPE_REPLAYED,
   *   PIN_KEY_RETIRED; EVALUATION_ABANDONED, which costs a try and may be asked again under another request id
   */
  validatePin: operation<OnePin>()('POST /v1/cards/{cardId}/pin/validate', {
    answers: { 200: validated },
    refusals: ['PIN_LOCKED', 'PIN_NOT_SET', 'PIN_RESET_REQUIRED', 'CARD_FROZEN', 'CARD_CLOSED'],
  }),
  /**
   * Changes the PIN of a cardholder who knows it. After `PIN_TOO_WEAK` and `PIN_REUSED` the old PIN stays.
   *
   * @throws PinwardError as validatePin does
   */
  changePin: operation<ChangePin>()('POST /v1/cards/{cardId}/pin/change', {
    answers: { 200: changed },
    refusals: [
      'OTP_REJECTED',
      'PIN_TOO_WEAK',
      'PIN_REUSED',
      'PIN_LOCKED',
      'PIN_NOT_SET',
      'PIN_RESET_REQUIRED',
      'CARD_FROZEN',
      'CARD_CLOSED',
    ],
  }),
  /**
   * Gives a card another PIN without the old one: all tries are back and a lock is lifted.
   *
   * @throws PinwardError as setPin does
   */
  resetPin: operation<ResetPin>()('POST /v1/cards/{cardId}/pin/reset', {
    answers: { 200: outcome('PIN_RESET', body<PinActive>) },
    refusals: ['OTP_REJECTED', 'PIN_TOO_WEAK', 'PIN_REUSED', 'PIN_NOT_SET', 'CARD_FROZEN', 'CARD_CLOSED'],
  }),
};
