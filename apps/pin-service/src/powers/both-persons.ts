import type { Granted } from '#libs/approvals';

/** For the audit line and the event of a change that took two persons. */
export function bothPersons({
  approvalId,
  requestedBy,
  decidedBy,
}: Granted): Readonly<Record<string, string>> {
  return { approvalId, requestedBy, ...(decidedBy === null ? {} : { approvedBy: decidedBy }) };
}
