export {
  makeSuccessors,
  planAbandonment,
  refuseHeld,
  registerAbandonment,
  takeSuccessorsBack,
  type AbandonPlan,
  type Loss,
} from './abandon-keys.js';
export { checkModuleApart, type CheckApartRequest } from './acceptance/check-apart.js';
export { verdictOf, type Finding, type Result, type Verdict } from './acceptance/finding.js';
export { CeremonyRefused, type Ceremony } from './ceremony.js';
export { underCeremonyLock } from './ceremony-lock.js';
export { CeremonyToken, type CeremonyTokenSettings, type PinOf } from './ceremony-token.js';
export { destroyRetiredKey } from './destroy-key.js';
export { initKeys, type InitKeysRequest, type KeysRegistered } from './init-keys.js';
export { makeKey, type KeyToMake } from './make-keys.js';
export { compareToken, removeOrphan, type Difference, type FoundKey } from './orphans.js';
export { retireKey, type RetireKeyRequest } from './retire-key.js';
export { rotateKey, usedByAll, type KeyRotated, type RotateKeyRequest } from './rotate-key.js';
export { dueAt, ROTATION } from './rotation-policy.js';
export { inSession, rolesOf, servesAsUser, type Login, type TokenRole } from './token-roles.js';
