import type { DataSource } from 'typeorm';
import { inTransaction } from '#libs/database';
import type { PinHsm } from '#libs/hsm';
import { allHoldersAttest } from '#libs/keys';
import { appendAudit, type AuditLine } from '#libs/requests';

/** Action of the line after which every verdict and verifier without the HSM host's word is a finding. */
export const ATTEST_ACTION = 'audit.attest';

/**
 * Writes the line after which every verdict is attested (ADR 0019), unless a process of the previous version still
 * runs: its verdicts would be findings.
 *
 * @returns false when it must be tried again
 * @throws HsmFault, or the database's error
 */
export async function attestVerdicts(
  dataSource: DataSource,
  hsm: PinHsm,
  actor: Omit<AuditLine, 'action' | 'result' | 'cardId' | 'eventNo' | 'details'>,
): Promise<boolean> {
  if (!(await allHoldersAttest(dataSource))) return false;
  const { generation, value } = await hsm.attestBeginning(actor.requestId);
  const details = { beginningMac: { key: generation, mac: value.toString('base64') } };
  const effect = { action: ATTEST_ACTION, result: 'begun', cardId: null, eventNo: null, details };
  await inTransaction(dataSource, (manager) => appendAudit(manager, [{ ...actor, ...effect }]));
  return true;
}
