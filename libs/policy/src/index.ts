export { changePolicy, checkPolicyChange } from './change-policy.js';
export { comparePolicy, policyChanges, policyValue, type PolicyDifference } from './compare-policy.js';
export { establishPolicy, policyAtStart, PolicyRefused, type PolicySettings } from './establish-policy.js';
export {
  POLICY_MEMBERS,
  POLICY_SETTINGS,
  policyChangesSchema,
  type Policy,
  type PolicyChanges,
  type PolicyVersion,
} from './policy.js';
export { approvalsInForce, readPolicy, readPolicyHistory } from './read-policy.js';
