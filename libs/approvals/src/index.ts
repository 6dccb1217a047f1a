export { actingIn, type Acting } from './acting.js';
export type { AnyKind, Approval, ApprovalStatus } from './approval.js';
export { Approvals, type ApprovalDecided, type ApprovalRequested } from './approvals.js';
export type { Content, Granted, Power } from './power.js';
export { refusedApprover, type ApproverRefusal } from './refused-approver.js';
