export { PinBlockError, type PinBlockErrorCode } from './pin-block-error.js';
export { assertPin, isPin, PIN_MAX_LENGTH, PIN_MIN_LENGTH, type PinDigits } from './pin.js';
export { assertPinAccount, isPinAccount, PIN_ACCOUNT_LENGTH, pinAccountFromPan } from './pin-account.js';
export { PIN_BLOCK_BYTES, pinBlock } from './pin-block.js';
export {
  assertCardId,
  CARD_BINDING_BYTES,
  cardBinding,
  fieldFor,
  PIN_FIELD_BYTES,
  pinField,
} from './pin-field.js';
