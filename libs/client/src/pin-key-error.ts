export type PinKeyErrorCode =
  | 'KEY_SET_MISSING'
  | 'PINS_MISSING'
  | 'PIN_KEY_MALFORMED'
  | 'PIN_KEY_TOO_SHORT'
  | 'PIN_KEY_SET_MALFORMED'
  | 'PIN_KEY_SET_UNTRUSTED'
  | 'PIN_KEY_SET_EXPIRED'
  | 'PIN_KEY_MISSING';

const MESSAGES: Readonly<Record<PinKeyErrorCode, string>> = {
  KEY_SET_MISSING:
    'no key set: fetch GET /v1/pin-keys through your backend, and pass its parsed body as keySet',
  PINS_MISSING:
    'no manifest pins: ship the thumbprints of the manifest keys with the app, and pass them as manifestPins',
  PIN_KEY_MALFORMED: 'not an RSA-OAEP or RSA-OAEP-256 public key for encryption',
  PIN_KEY_TOO_SHORT: 'the RSA modulus has fewer than 2048 bits',
  PIN_KEY_SET_MALFORMED: 'not the answer of GET /v1/pin-keys',
  PIN_KEY_SET_UNTRUSTED: 'not signed by a manifest key that this app pins',
  PIN_KEY_SET_EXPIRED: 'too old: fetch it again, and look at the clock of this device',
  PIN_KEY_MISSING: 'the set does not name exactly one current key that this client can use',
};

/** There is no published key that the PIN may be encrypted with. Codes are stable; the message is fixed text. */
export class PinKeyError extends Error {
  override readonly name = 'PinKeyError';

  constructor(
    readonly code: PinKeyErrorCode,
    options?: ErrorOptions,
  ) {
    super(MESSAGES[code], options);
  }
}
