export { assertDurable, isEmbeddedCluster, serviceRoleFaults } from './assertions.js';
export { isReadOnly, waitsForStandby } from './replication.js';
export { createDataSource } from './data-source.js';
export { databaseFault, kindOfFault, type FaultKind } from './database-fault.js';
export { readDeploymentPolicy, recordDeploymentPolicy, type DeploymentPolicy } from './deployment-policy.js';
export * from './entities/index.js';
export { GatheredCalls } from './gathered-calls.js';
export { SERVICE_ROLE } from './grants.js';
export {
  areCurrent,
  readKeyRegistrations,
  readRegisteredKeys,
  recordKeyEvent,
  registerKeys,
  registerKeysIn,
  registerNewKeys,
  type KeyEvent,
  type Registrar,
} from './hsm-keys.js';
export { giveUpValues, keyReferences, keyUses } from './key-references.js';
export { dropReplayRegister } from './replay-registers.js';
export {
  forgetHolder,
  HOLDER_REPORT_MS,
  readKeyHolders,
  reportHeldKeys,
  type KeyHolder,
  type ReplicaReport,
  allHoldersAttest,
} from './key-holders.js';
export { reserveSeals } from './seal-reserves.js';
export { migrate, pendingMigrations } from './migrate.js';
export { dropExpiredPartitions, ensurePartitions } from './partitions.js';
export { CODE_QUEUE, DELIVERY_QUEUE, JOB_SCHEMA } from './job-queue.js';
export { poolOf } from './pool.js';
export { PreparedQueries, type PreparedQuery } from './prepared-queries.js';
export {
  BRAKE_KINDS,
  brakeError,
  findBrake,
  refuseBraked,
  STOPPABLE_OPERATIONS,
  type Braked,
  type BrakeKind,
  type StoppableOperation,
} from './requests/brakes.js';
export { findClaim, isUnderWay, judgeClaim, readClaim, type Claim } from './requests/claims.js';
export { inTransaction, outsideTransaction, RowChanged, unavailable } from './requests/cold-transactions.js';
export { lockCard, type LockedCard } from './requests/locked-card.js';
export { readAnswer, writeAnswer } from './requests/stored-answers.js';
export {
  appendAudit,
  emitEvent,
  NO_TENANT,
  recordEffect,
  storeAnswer,
  type AuditLine,
  type Effect,
} from './requests/trail.js';
export { shown, TimeOrNever } from './time-or-never.js';
export type { DatabaseSettings } from './session/database-settings.js';
export { databaseUrlFault } from './session/database-url.js';
export { keptSessionFault } from './session/kept-session.js';
export { refusedConnection } from './session/refused-connection.js';
export { serverFindings } from './session/server-faults.js';
export { sessionFaults } from './session/session-faults.js';
export { isUuid } from './uuid.js';
export { OWNER_ROLE, prepareRoles, type RoleSettings } from './roles.js';
