export type { Card } from './cards/card.js';
export type { CardFilter } from './cards/card-pages.js';
export { knownCard } from './cards/card-state.js';
export { CardStore } from './cards/card-store.js';
export { CloseCard } from './cards/close-card.js';
export { RegisterCard } from './cards/register-card.js';
export { CHIP_FAILURES, type ChipFailure, type PendingChipCommand } from './chip/chip-commands.js';
export { ReportChipCommand } from './chip/report-chip-command.js';
export {
  IMPORT_STATES,
  LINE_OUTCOMES,
  type CardImport,
  type LineCounts,
  type LineRecord,
} from './imports/card-import.js';
export { CardImports } from './imports/find-imports.js';
export { ImportCards } from './imports/import-cards.js';
export { interrupted } from './imports/runs.js';
export { ChangePin } from './pins/change-pin.js';
export { NewPins, type ResetRecord, type SetRecord } from './pins/new-pins.js';
export { ResetPin } from './pins/reset-pin.js';
export { SetPin } from './pins/set-pin.js';
export type {
  EnvelopeId,
  MatchEffect,
  SettleRequest,
  SettleResult,
  SpendRequest,
  SpendResult,
  Verdict,
} from './pins/try-counter/evaluation.js';
export { Evaluations, type MonotonicClock } from './pins/try-counter/evaluations.js';
export { ValidatePin } from './pins/validate-pin.js';
export { WeakPins } from './pins/weak-pins.js';
export type { PinPolicy } from './policy.js';
export { DecideUnlock, type UnlockRejected } from './unlocks/decide-unlock.js';
export { RequestUnlock } from './unlocks/request-unlock.js';
export { findPendingUnlock, type UnlockApproval } from './unlocks/unlock-approvals.js';
export { UnlockPin, type PinUnlocked, type UnlockPinRequest } from './unlocks/unlock-pin.js';
