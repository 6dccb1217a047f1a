export {
  answered,
  type Answered,
  fresh,
  readAnswer,
  type StoredAnswer,
  storedBody,
  storedProblem,
  writeAnswer,
} from './answers.js';
export {
  type Claim,
  type ClaimLookup,
  type ClaimRefusal,
  isUnderWay,
  judgeClaim,
  readClaim,
  type Refusal,
  refused,
} from './claims.js';
export { COMMAND_LINE, COMMAND_LINE_PERSONS, isReservedClient, SERVICE } from './command-line.js';
export { HUMAN_TEXT_FAULT, isHumanText } from './human-text.js';
export { earlierAnswer, once, onceShown, refuseRepeat, type Call, type Done } from './once.js';
export { isSameBody, REGISTERED_PERSONS, type RequestClaim, type RequestContext } from './request-context.js';
export { invalidCursor, pageOf, readCursor, readTimePlace, timePlace, type Page } from './pages.js';
export {
  BRAKE_KINDS,
  brakeError,
  CLIENT_PIN_OPERATIONS,
  findBrake,
  refuseBraked,
  STOPPABLE_OPERATIONS,
  type BrakeKind,
  type StoppableOperation,
} from './brakes.js';
export {
  appendAudit,
  emitEvent,
  NO_TENANT,
  recordEffect,
  storeAnswer,
  type AuditLine,
  type Effect,
} from './trail.js';
