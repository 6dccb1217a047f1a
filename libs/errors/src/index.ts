export { ERROR_CODES, type ErrorCode } from './codes.js';
export { PinwardError, type ProblemMembers } from './pinward-error.js';
