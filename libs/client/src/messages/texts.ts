/**
 * What an app can tell a cardholder, in English: by problem code, and by what else an answer means. {n} is a number. None
 * says more than the answer itself, nothing of how the service works, and nothing of which part of a secret was wrong.
 */
export const TEXTS = {
  // Answers that are no problem.
  VERIFIED: 'Your PIN is right.',
  PIN_SET: 'Your PIN is set.',
  PIN_CHANGED: 'Your PIN is changed.',
  PIN_RESET: 'Your new PIN is set.',
  WRONG_PIN: 'Wrong PIN. Tries left: {n}.',
  LAST_TRY: 'Wrong PIN. You have one try left. After another wrong PIN your PIN is locked.',
  // A locked PIN.
  PIN_LOCKED: 'Your PIN is locked. Choose a new PIN, or contact us.',
  PIN_RESET_REQUIRED: 'You need a new PIN. Ask for a code and choose one.',
  // A new PIN.
  PIN_TOO_WEAK: 'This PIN is easy to guess. Choose another one.',
  PIN_REUSED: 'You had this PIN before. Choose another one.',
  PIN_ALREADY_SET: 'This card has a PIN already.',
  PIN_NOT_SET: 'This card has no PIN yet. Choose one first.',
  // A one-time password.
  OTP_REJECTED: 'This code is wrong or too old. Type it again, or ask for a new one.',
  OTP_LIMIT_REACHED: 'You have asked for too many codes. Try again in an hour.',
  // The card.
  CARD_CLOSED: 'This card is closed.',
  CARD_FROZEN: 'This card cannot be used at the moment. Contact us.',
  CARD_DATA_MISSING: 'The details of this card cannot be shown.',
  // No answer, but the state of a card with pendingCommands.
  CHIP_UPDATE_PENDING: 'At some terminals your old PIN holds until the card was used online with its chip.',
  // To be tried again: the same entry, or a new one.
  PIN_EVALUATION_IN_PROGRESS: 'Your last entry is still being checked. Wait a moment.',
  REQUEST_IN_PROGRESS: 'Your last entry is still being checked. Wait a moment.',
  EVALUATION_ABANDONED: 'Your PIN could not be checked, and the try counts. Enter it again.',
  CARD_RATE_LIMITED: 'Too many entries. Wait a minute and try again.',
  OPERATION_RATE_LIMITED: 'Too many entries. Wait a minute and try again.',
  RATE_LIMITED: 'Too many entries. Wait a minute and try again.',
  HSM_UNAVAILABLE: 'This does not work at the moment. Try again later.',
  DATABASE_UNAVAILABLE: 'This does not work at the moment. Try again later.',
  OPERATIONS_SUSPENDED: 'This does not work at the moment. Try again later.',
  CLIENT_PAUSED: 'This does not work at the moment. Try again later.',
  // Every other problem is one of the app or its backend.
  FAILED: 'That did not work. Try again, or contact us.',
} as const;

export type MessageName = keyof typeof TEXTS;
