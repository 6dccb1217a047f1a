export type { AnyKind, Approval } from './approval.js';
export { Approvals, type ApprovalDecided, type ApprovalRequested } from './approvals.js';
export { lockPending, refuseApprover } from './deciding.js';
export type { Content, Granted, Power } from './power.js';
