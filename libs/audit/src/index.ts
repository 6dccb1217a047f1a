export { ATTEST_ACTION, attestVerdicts } from './attest-verdicts.js';
export { openNote, signedNote } from './checkpoint/checkpoint.js';
export { openSignedText } from './checkpoint/note.js';
export {
  formatVerifierKey,
  parseVerifierKey,
  verifierKey,
  type VerifierKey,
} from './checkpoint/verifier-key.js';
export { exportTrail } from './export-trail.js';
export { KeepCheckpoints } from './keep-checkpoints.js';
export { CheckpointFile } from './kept/checkpoint-file.js';
export { compareWithKept, type Comparison } from './kept/compare.js';
export { Witness } from './kept/witness.js';
export { adoptTrail } from './maintenance/adopt-trail.js';
export { expireMonth, type Actor, type ExpireResult } from './maintenance/expire-month.js';
export { acknowledgeLostCards } from './maintenance/acknowledge-loss.js';
export { reconcileTrail, type Reconciled, type ReconcileRequest } from './maintenance/reconcile-trail.js';
export { KNOWN_ACTIONS } from './maintenance/told/apply-told.js';
export { AuditTree } from './persistence/audit-tree.js';
export { treeSize } from './persistence/leaf-range.js';
export { isOwnCluster, newestHead, type StoredHead } from './persistence/heads.js';
export { lineAt, type SealedLine } from './persistence/sealed-lines.js';
export { LOOKED_AT_MOST, searchTrail, type TrailFilter, type TrailPage } from './search-trail.js';
export { readUnsealed, SEALED_WITHIN_SECONDS } from './persistence/unsealed.js';
export { SealTrail } from './seal-trail.js';
export { signText, verifierKeys } from './signing.js';
export { leafHash } from './tree/hashes.js';
export { consistencyProof, inclusionProof, isConsistent, rootOfInclusion, type Head } from './tree/proofs.js';
export type { AttestationChecker, AttestationReport } from './verification/attestation-parts.js';
export { explainFinding, type Finding } from './verification/findings.js';
export { verifyCards, type CardFinding, type CardsReport } from './verification/verify-cards.js';
export { verifyTrail, type TrailReport } from './verification/verify-trail.js';
export { FileSink } from './stream/file-sink.js';
export { HttpsSink } from './stream/https-sink.js';
export { linesOfStream, surveyStream } from './stream/read-stream.js';
export type { TrailSink } from './stream/records.js';
export { StreamTrail } from './stream/stream-trail.js';
export { SyslogSink } from './stream/syslog-sink.js';
