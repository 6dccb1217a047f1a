export { changePolicy, checkPolicyChange, type PolicyActor, type PolicyChange } from './change-policy.js';
export { comparePolicy, policyChanges, policyValue, type PolicyDifference } from './compare-policy.js';
export {
  establishPolicy,
  policyAtStart,
  PolicyRefused,
  type PolicyAtStart,
  type PolicySettings,
} from './establish-policy.js';
export {
  POLICY_MEMBERS,
  POLICY_SETTINGS,
  policyChangesSchema,
  policySchema,
  type Policy,
  type PolicyChanges,
  type PolicyMember,
  type PolicyVersion,
} from './policy.js';
export { approvalsInForce, readPolicy, readPolicyHistory } from './read-policy.js';
