export { OPERATOR_OPERATIONS, PinwardOperations, type OperatorOperations } from './pinward-operations.js';
export type * from './alarms.js';
export type * from './api-clients.js';
export type * from './approvals.js';
export type * from './audit.js';
export type * from './cards.js';
export type * from './incidents.js';
export type * from './overview.js';
export type * from './policy.js';
