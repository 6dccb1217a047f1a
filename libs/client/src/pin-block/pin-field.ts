import { PinBlockError } from './pin-block-error.js';
import { PIN_BLOCK_BYTES, pinBlock } from './pin-block.js';
import type { PinDigits } from './pin.js';

/** 16 bytes, so that the field is a valid AES-128 key value: an HSM can unwrap it and wrap it again as one. */
export const PIN_FIELD_BYTES = 16;
export const CARD_BINDING_BYTES = 8;

/** Of any WebCrypto. */
type Digester = Pick<typeof globalThis.crypto.subtle, 'digest'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** @throws PinBlockError CARD_ID_MALFORMED */
export function assertCardId(text: unknown): asserts text is string {
  if (typeof text !== 'string' || !UUID.test(text)) throw new PinBlockError('CARD_ID_MALFORMED');
}

/**
 * What binds a PIN field to one card: the first 8 bytes of SHA-256("pinward:card:" + cardId), UTF-8. Not secret.
 *
 * @param cardId the service's card id, a lower-case UUID (its text is hashed, so upper case would be another card)
 * @param subtle of a WebCrypto
 * @throws PinBlockError CARD_ID_MALFORMED
 */
export async function cardBinding(
  cardId: string,
  subtle: Digester = globalThis.crypto.subtle,
): Promise<Uint8Array<ArrayBuffer>> {
  assertCardId(cardId);
  const input = new TextEncoder().encode(`pinward:card:${cardId}`);
  const digest = await subtle.digest('SHA-256', input);
  return new Uint8Array(digest.slice(0, CARD_BINDING_BYTES));
}

/**
 * The PIN field: the 16 bytes that are encrypted (docs/pin-envelope.md). The same PIN on the same card always gives
 * the same field; the caller zeroes it after use.
 *
 * @param pin 4 to 12 digits, text or bytes
 * @param pinAccount 12 digits
 * @param binding 8 bytes, from cardBinding
 * @throws PinBlockError
 */
export function pinField(pin: PinDigits, pinAccount: string, binding: Uint8Array): Uint8Array<ArrayBuffer> {
  if (binding.length !== CARD_BINDING_BYTES) throw new PinBlockError('CARD_BINDING_MALFORMED');
  const block = pinBlock(pin, pinAccount);
  const field = new Uint8Array(PIN_FIELD_BYTES);
  field.set(block, 0);
  field.set(binding, PIN_BLOCK_BYTES);
  block.fill(0);
  return field;
}

/** pinField for a card id. */
export async function fieldFor(
  pin: PinDigits,
  pinAccount: string,
  cardId: string,
  subtle?: Digester,
): Promise<Uint8Array<ArrayBuffer>> {
  return pinField(pin, pinAccount, await cardBinding(cardId, subtle));
}
