export {
  areCurrent,
  readKeyRegistrations,
  readRegisteredKeys,
  recordKeyEvent,
  registerKeys,
  registerKeysIn,
  registerNewKeys,
  type KeyRegistration,
  type Registrar,
} from './registrations.js';
export { giveUpValues, keyReferences, neededRows, reserveSeals } from './references.js';
export { referenceShares, type ReferenceShare } from './shared-references.js';
export { ageDays, LISTED_STATES, listedKeys, type ListedKey } from './listed-keys.js';
export { KEY_PURPOSES } from './key-purposes.js';
export { keySteps, KEY_STEPS } from './key-steps.js';
export { WAYS_OFF } from './reference-tables.js';
export { dueAt, rotationRule } from './rotation-policy.js';
export { keysDue } from './keys-due.js';
export { dropReplayRegister } from './replay-registers.js';
export {
  forgetHolder,
  HOLDER_REPORT_MS,
  readKeyHolders,
  reportHeldKeys,
  type KeyHolder,
  type ReplicaReport,
  allHoldersAttest,
} from './holders.js';
