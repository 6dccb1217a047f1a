/** What was wrong with an input of this library. Codes are stable. */
export type PinBlockErrorCode =
  | 'PIN_MALFORMED'
  | 'PIN_ACCOUNT_MALFORMED'
  | 'PAN_MALFORMED'
  | 'CARD_ID_MALFORMED'
  | 'CARD_BINDING_MALFORMED';

const MESSAGES: Readonly<Record<PinBlockErrorCode, string>> = {
  PIN_MALFORMED: 'a PIN has 4 to 12 digits, 0 to 9',
  PIN_ACCOUNT_MALFORMED: 'a PIN account has exactly 12 digits, 0 to 9',
  PAN_MALFORMED: 'a PAN has 12 to 19 digits, 0 to 9',
  CARD_ID_MALFORMED: 'a card id is a lower-case UUID',
  CARD_BINDING_MALFORMED: 'a card binding has exactly 8 bytes',
};

/** The one error of this library. Its message is fixed text: it never holds the rejected value. */
export class PinBlockError extends Error {
  override readonly name = 'PinBlockError';

  constructor(readonly code: PinBlockErrorCode) {
    super(MESSAGES[code]);
  }
}
