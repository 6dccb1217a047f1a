import { clientOf, type ClassOf } from './calls/client.js';
import { OWN_OPERATIONS } from './contract/api-clients.js';
import { CARD_IMPORT_OPERATIONS } from './contract/card-imports.js';
import { CARD_OPERATIONS } from './contract/cards.js';
import { PIN_OPERATIONS } from './contract/pins.js';
import { SANDBOX_OPERATIONS } from './contract/sandbox.js';
import { WEBHOOK_OPERATIONS } from './contract/webhook-endpoints.js';

/** Named, so that the comments at the calls are seen at the methods. */
export type BackendOperations = typeof CARD_OPERATIONS &
  typeof CARD_IMPORT_OPERATIONS &
  typeof PIN_OPERATIONS &
  typeof WEBHOOK_OPERATIONS &
  typeof OWN_OPERATIONS &
  typeof SANDBOX_OPERATIONS;

/** What a card app's backend calls, by the names of the methods. */
export const BACKEND_OPERATIONS: BackendOperations = {
  ...CARD_OPERATIONS,
  ...CARD_IMPORT_OPERATIONS,
  ...PIN_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...OWN_OPERATIONS,
  ...SANDBOX_OPERATIONS,
};

const Base: ClassOf<BackendOperations> = clientOf(BACKEND_OPERATIONS);

/**
 * The calls of a card app's backend, one method each: `client.validatePin({ cardId, encryptedPin })`. What a cardholder is
 * told about is a result, to be told apart by its `outcome`; all else throws a PinwardError. Every call has a request id,
 * and is repeated with the same bytes under it where that may help. For backends only: a secret has no place in a browser.
 *
 * Each method takes the members of path, query and body as one object, and CallOptions. All may throw
 * UNREACHABLE and TIMED_OUT, when it is not known what became of the request: the same input under the error's
 * `requestId` tells; and what no caller can mend, such as SCOPE_MISSING or HSM_UNAVAILABLE (docs/errors.md).
 */
export class PinwardClient extends Base {}
