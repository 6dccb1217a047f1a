export type RevealErrorCode = 'REVEAL_MALFORMED' | 'REVEAL_KEY_UNFIT' | 'REVEAL_UNREADABLE';

const MESSAGES: Readonly<Record<RevealErrorCode, string>> = {
  REVEAL_MALFORMED: 'not the "jwe" of an answer of POST /v1/cards/{cardId}/reveal',
  REVEAL_KEY_UNFIT:
    'encrypted to a key of another kind: open it with the private key whose public half was sent',
  REVEAL_UNREADABLE:
    'encrypted to another key, or changed on its way: send the public key again with a new code',
};

/** The card data cannot be read. Codes are stable; the message is fixed text. */
export class RevealError extends Error {
  override readonly name = 'RevealError';

  constructor(readonly code: RevealErrorCode) {
    super(MESSAGES[code]);
  }
}
