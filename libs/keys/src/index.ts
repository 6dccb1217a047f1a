export {
  areCurrent,
  readKeyRegistrations,
  readRegisteredKeys,
  recordKeyEvent,
  registerKeys,
  registerKeysIn,
  registerNewKeys,
  type KeyRegistration,
  type KnownKey,
  type Registrar,
} from './registrations.js';
export { giveUpValues, keyReferences, keyUses, reserveSeals } from './references.js';
export { keysDue } from './keys-due.js';
export { dueAt } from './rotation-policy.js';
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
