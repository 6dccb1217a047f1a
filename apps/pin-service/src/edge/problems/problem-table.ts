import { HttpStatus } from '@nestjs/common';
import type { ErrorCode } from '#libs/errors';

export interface Problem {
  readonly status: number;
  readonly title: string;
  /** What the caller should do next. It is the same for every occurrence, so it reveals nothing. */
  readonly detail: string;
}

const problem = (status: number, title: string, detail: string): Problem => ({ status, title, detail });

/** Only here does a code get its HTTP status (docs/errors.md explains each). */
export const PROBLEMS: Readonly<Record<ErrorCode, Problem>> = {
  REQUEST_INVALID: problem(400, 'Request invalid', 'Correct what `errors` names and send the request again.'),
  TOKEN_MISSING: problem(401, 'Access token missing', 'Send an access token as `Authorization: Bearer`.'),
  TOKEN_INVALID: problem(401, 'Access token not accepted', 'Obtain a new access token.'),
  TOKEN_EXPIRED: problem(401, 'Access token expired', 'Obtain a new access token.'),
  TOKEN_NOT_BOUND: problem(
    401,
    'Access token not bound',
    'Obtain a token that is bound to a key or a certificate: send a DPoP proof with the request for it.',
  ),
  DPOP_PROOF_INVALID: problem(
    401,
    'DPoP proof not accepted',
    'Send the token as `Authorization: DPoP`, with one new proof for this request in the header `DPoP`.',
  ),
  DPOP_NONCE_REQUIRED: problem(
    401,
    'DPoP nonce required',
    'Make a new proof with the nonce of the header `DPoP-Nonce`, and send the same request with it.',
  ),
  SESSION_ENDED: problem(401, 'Session ended', 'Sign in again at the console.'),
  LOGIN_TOO_OLD: problem(
    401,
    'Login too old',
    'Sign in again at the console, then send the same request again.',
  ),
  CLIENT_AUTHENTICATION_FAILED: problem(
    401,
    'Client not authenticated',
    'Prove the client with what is registered of it: its current secret, key or certificate.',
  ),
  SCOPE_MISSING: problem(403, 'Scope missing', 'Use a token whose scopes allow this call.'),
  ADDRESS_NOT_ALLOWED: problem(
    403,
    'Address not allowed',
    'Call from an address that the client is allowed to use.',
  ),
  CLIENT_SUSPENDED: problem(
    403,
    'Client suspended',
    'Operators have suspended this client: ask them. No call of it is answered until they let go.',
  ),
  CSRF_TOKEN_INVALID: problem(
    403,
    'Request not from this session',
    'Send the `csrf_token` of the session as `X-CSRF-Token`, from a page of the console.',
  ),
  SAME_OPERATOR: problem(403, 'Same operator', 'Another person has to ask or approve.'),
  APPROVER_NOT_ACCEPTED: problem(
    403,
    'Not another person',
    'Let another person approve: `reason` says why this one cannot.',
  ),
  NOT_THE_REQUESTER: problem(403, 'Not the requester', 'Only the person who asked collects the secret.'),
  SCOPE_NOT_GRANTABLE: problem(
    403,
    'Scope not grantable',
    'Let an operator act who holds what `scopes` names.',
  ),
  ROUTE_NOT_FOUND: problem(404, 'No such path', 'Check the path against the API documentation.'),
  CARD_NOT_FOUND: problem(404, 'No such card', 'Check the card id.'),
  CLIENT_NOT_FOUND: problem(404, 'No such client', 'Check the client id.'),
  PERSON_NOT_FOUND: problem(404, 'No such person', 'Check the name.'),
  CHIP_COMMAND_NOT_FOUND: problem(
    404,
    'No such chip command',
    'Read the card and report on a command of its `pendingCommands`.',
  ),
  APPROVAL_NOT_FOUND: problem(404, 'No such approval', 'Check the approval id.'),
  BRAKE_NOT_FOUND: problem(404, 'No such brake', 'Check the brake id; it may have been released.'),
  INCIDENT_NOT_FOUND: problem(404, 'No such incident', 'Check the incident id.'),
  AUDIT_EVENT_NOT_FOUND: problem(
    404,
    'No such audit event',
    'Check the leaf index; an event is sealed within seconds.',
  ),
  WEBHOOK_ENDPOINT_NOT_FOUND: problem(404, 'No such webhook endpoint', 'Check the endpoint id.'),
  DELIVERY_NOT_FOUND: problem(404, 'No such delivery', 'Check the delivery id.'),
  CARD_IMPORT_NOT_FOUND: problem(404, 'No such import', 'Check the import id; imports are kept for a while.'),
  PIN_ALREADY_SET: problem(409, 'PIN already set', 'Change or reset the PIN instead.'),
  PIN_NOT_SET: problem(409, 'No PIN set', 'Set a PIN first.'),
  PIN_NOT_LOCKED: problem(409, 'Card not locked', 'Nothing to unlock.'),
  PIN_RESET_REQUIRED: problem(409, 'Reset required', 'Only a PIN reset with a one-time password helps.'),
  PIN_EVALUATION_IN_PROGRESS: problem(
    409,
    'Evaluation in progress',
    'Wait for the other request, then try again.',
  ),
  PIN_ENVELOPE_REPLAYED: problem(
    409,
    'Envelope already used',
    'Encrypt the PIN anew and use a new request id.',
  ),
  PIN_KEY_RETIRED: problem(409, 'PIN key retired', 'Fetch GET /v1/pin-keys and encrypt the PIN anew.'),
  CARD_REF_IN_USE: problem(
    409,
    'Card reference in use',
    'Choose another reference, or read the card that has it.',
  ),
  CARD_CLOSED: problem(409, 'Card closed', 'The card takes no more operations.'),
  CARD_DATA_MISSING: problem(
    409,
    'No card data',
    'The card was registered without a PAN: nothing to reveal.',
  ),
  CLIENT_ID_IN_USE: problem(409, 'Client id in use', 'Choose another client id.'),
  PERSON_IN_USE: problem(
    409,
    'Name in use',
    'A name that looks like this one is registered: use that person.',
  ),
  SECRET_OVERLAP: problem(
    409,
    'Secret changed before',
    'Use the secret of that change; after `previousSecretExpiresAt` it can be changed again.',
  ),
  KEYS_OVERLAP: problem(
    409,
    'Keys changed before',
    'Use the keys of that change; after `previousKeysExpireAt` they can be changed again.',
  ),
  CREDENTIAL_NOT_HELD: problem(
    409,
    'No such credential',
    'The client has nothing of this kind to change: let operators register the first.',
  ),
  LAST_CREDENTIAL: problem(
    409,
    'Last credential',
    'The client could prove itself no more: register another way first, or revoke the client.',
  ),
  APPROVAL_CLOSED: problem(
    409,
    'Approval closed',
    'It was decided, has expired, or is about something that has changed since; ask for a new one.',
  ),
  INCIDENT_NOT_READY: problem(409, 'Incident not ready', 'Wait, then read the incident again.'),
  INCIDENT_CLOSED: problem(
    409,
    'Incident closed',
    'It was decided, has ended, or has no card to restore; open a new one.',
  ),
  NOTHING_TO_COLLECT: problem(
    409,
    'Nothing to collect',
    'It waits for approval, was refused, or its secret was collected.',
  ),
  DELIVERY_NOT_REPEATABLE: problem(
    409,
    'Delivery not repeatable',
    'It is under way still, or carried a one-time password.',
  ),
  WEBHOOK_ENDPOINT_LIMIT: problem(
    409,
    'Too many webhook endpoints',
    'Delete an endpoint that is not used any more.',
  ),
  REQUEST_IN_PROGRESS: problem(409, 'Request in progress', 'Wait, then repeat the request with the same id.'),
  REQUEST_NOT_REPLAYABLE: problem(409, 'Request not replayable', 'Use a new request id.'),
  EVALUATION_ABANDONED: problem(
    409,
    'Evaluation abandoned',
    'The try is spent. Use a new id and a new envelope.',
  ),
  METHOD_NOT_ALLOWED: problem(405, 'Method not allowed', 'Check the method against the API documentation.'),
  BODY_TOO_LARGE: problem(413, 'Body too large', 'Send at most 16 KiB.'),
  CARD_IMPORT_TOO_LONG: problem(
    413,
    'Too many lines',
    'The first lines are done, as `import` tells. Send the others as an import of its own.',
  ),
  REQUEST_TOO_LONG: problem(414, 'Request too long', 'Shorten the path, the query or the headers.'),
  MEDIA_TYPE_UNSUPPORTED: problem(415, 'Media type not supported', 'Send `Content-Type: application/json`.'),
  PIN_ENVELOPE_UNREADABLE: problem(
    422,
    'Envelope unreadable',
    'Find the mistake with check-envelope of @pinward/client, which opens envelopes for a test key, then encrypt anew.',
  ),
  PIN_TOO_WEAK: problem(422, 'PIN too weak', 'Let the cardholder choose another PIN.'),
  PIN_REUSED: problem(422, 'PIN used before', 'Let the cardholder choose another PIN.'),
  OTP_REJECTED: problem(
    422,
    'One-time password rejected',
    'Let the cardholder type the code again while `attemptsRemaining` is not 0; else issue a new one.',
  ),
  REQUEST_ID_REUSED: problem(
    422,
    'Request id reused',
    'Resend identical bytes; a new envelope needs a new id.',
  ),
  PIN_LOCKED: problem(423, 'PIN locked', 'The PIN must be unlocked by an operator or reset.'),
  CARD_FROZEN: problem(423, 'Card frozen', 'Operators have frozen this card: ask them.'),
  RATE_LIMITED: problem(429, 'Too many requests', 'Wait as long as Retry-After says.'),
  CARD_RATE_LIMITED: problem(
    429,
    'Too many requests for this card',
    'Wait as long as Retry-After says, for this card alone.',
  ),
  OTP_LIMIT_REACHED: problem(
    429,
    'Too many one-time passwords for this card',
    'Issue no other for this card before Retry-After is over.',
  ),
  OPERATION_RATE_LIMITED: problem(
    429,
    'Too many operations of this kind',
    'Wait as long as Retry-After says, with operations of this kind alone.',
  ),
  INTERNAL: problem(
    HttpStatus.INTERNAL_SERVER_ERROR,
    'Internal error',
    'Report the request id to the operators.',
  ),
  HSM_UNAVAILABLE: problem(503, 'HSM unavailable', 'Send the same request again after Retry-After.'),
  DATABASE_UNAVAILABLE: problem(
    503,
    'Database unavailable',
    'Send the same request again after Retry-After.',
  ),
  OPERATIONS_SUSPENDED: problem(
    503,
    'Operations suspended',
    'Operators have stopped this, or reconcile records first. Send the same request again after Retry-After.',
  ),
  CLIENT_PAUSED: problem(
    503,
    'PIN calls of the client paused',
    'Call the operators; after they have let it go, send the same request again.',
  ),
  CARD_IMPORT_INTERRUPTED: problem(
    503,
    'Import interrupted',
    'What `import` tells is done. Send the same upload again under the same id after Retry-After: it goes on.',
  ),
  ISSUER_UNAVAILABLE: problem(
    503,
    'Identity provider unavailable',
    'Send the same request again after Retry-After.',
  ),
  CLIENT_KEYS_UNAVAILABLE: problem(
    503,
    'Keys of the client unavailable',
    'Make the URL of its keys answer, then send the request again after Retry-After.',
  ),
};
