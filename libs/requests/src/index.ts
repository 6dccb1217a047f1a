export {
  answered,
  fresh,
  storedBody,
  storedProblem,
  type Answered,
  type StoredAnswer,
} from './answers.js';
export { refused, type ClaimLookup, type ClaimRefusal, type Refusal } from './claims.js';
export { COMMAND_LINE, COMMAND_LINE_PERSONS, isReservedClient, SERVICE } from './command-line.js';
export { HUMAN_TEXT_FAULT, isHumanText } from './human-text.js';
export { earlierAnswer, once, onceShown, refuseRepeat, type Call, type Done } from './once.js';
export { isSameBody, REGISTERED_PERSONS, type RequestClaim, type RequestContext } from './request-context.js';
export { invalidCursor, readCursor, writeCursor, type Page } from './pages.js';
export {
  BRAKE_KINDS,
  brakeError,
  findBrake,
  refuseBraked,
  STOPPABLE_OPERATIONS,
  type BrakeKind,
  type StoppableOperation,
} from './brakes.js';
export { isUnderWay, judgeClaim, readClaim, type Claim } from './stored-claims.js';
export { readAnswer, writeAnswer } from './stored-answers.js';
export {
  appendAudit,
  emitEvent,
  NO_TENANT,
  recordEffect,
  storeAnswer,
  type AuditLine,
  type Effect,
} from './trail.js';
