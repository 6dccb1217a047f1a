export { ERROR_CODES, type ErrorCode } from './codes.js';
export { LIMIT_NAMES, limitReached, type LimitName } from './limits.js';
export { PinwardError } from './pinward-error.js';
