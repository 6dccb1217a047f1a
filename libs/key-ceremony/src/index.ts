export {
  makeSuccessors,
  planAbandonment,
  refuseHeld,
  registerAbandonment,
  takeSuccessorsBack,
  type AbandonPlan,
} from './abandon-keys.js';
export { checkModuleApart } from './acceptance/check-apart.js';
export { verdictOf, type Finding, type Result } from './acceptance/finding.js';
export { CeremonyRefused, type Ceremony } from './ceremony.js';
export { underCeremonyLock } from './ceremony-lock.js';
export { CeremonyToken } from './ceremony-token.js';
export { destroyRetiredKey } from './destroy-key.js';
export { initKeys } from './init-keys.js';
export type { KeyFacts } from './key-attributes.js';
export { makeKey, type KeyToMake } from './make-keys.js';
export { compareToken, removeOrphan, type Difference, type FoundKey } from './orphans.js';
export { retireKey } from './retire-key.js';
export { rotateKey, usedByAll, type KeyRotated } from './rotate-key.js';
export { inSession, rolesOf, servesAsUser, type Login, type TokenRole } from './token-roles.js';
