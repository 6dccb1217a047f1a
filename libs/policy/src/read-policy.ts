import type { EntityManager } from 'typeorm';
import { policySchema, type Policy, type PolicyVersion } from './policy.js';

interface Row {
  readonly version: number;
  readonly content: object;
  readonly setBy: string;
  readonly setThrough: string;
  readonly reason: string;
  readonly setAt: Date;
}

const COLUMNS = `version, content, set_by AS "setBy", set_through AS "setThrough", reason, set_at AS "setAt"`;

/** @returns null while no service has started on this database */
export async function readPolicy(manager: EntityManager): Promise<PolicyVersion | null> {
  const [newest] = await manager.query<Row[]>(
    `SELECT ${COLUMNS} FROM policies ORDER BY version DESC LIMIT 1`,
  );
  return newest === undefined ? null : toVersion(newest);
}

/** Newest first. */
export async function readPolicyHistory(manager: EntityManager, limit: number): Promise<PolicyVersion[]> {
  const rows = await manager.query<Row[]>(`SELECT ${COLUMNS} FROM policies ORDER BY version DESC LIMIT $1`, [
    limit,
  ]);
  return rows.map((row) => toVersion(row));
}

/**
 * How many persons power takes, as the database says now: no replica has its own number.
 *
 * @throws Error if no service has recorded a policy: that is no consent
 */
export async function approvalsInForce(manager: EntityManager): Promise<number> {
  const found = await readPolicy(manager);
  if (found === null) throw new Error('the database holds no policy');
  return found.policy.approvals;
}

/** What services of the previous version recorded; the newest start counted. */
export async function readEarlierPolicy(
  manager: EntityManager,
): Promise<Pick<Policy, 'approvals' | 'pinMaxTries' | 'pinMaxFailuresWithoutSuccess'> | null> {
  const [row] = await manager.query<
    Pick<Policy, 'approvals' | 'pinMaxTries' | 'pinMaxFailuresWithoutSuccess'>[]
  >(
    `SELECT unlock_approvals AS "approvals", pin_max_tries AS "pinMaxTries",
            pin_max_failures AS "pinMaxFailuresWithoutSuccess"
       FROM deployment_policy`,
  );
  return row ?? null;
}

/** Members that were added later: a policy from before does not have them. */
const LATER_MEMBERS = {
  pinSetOtp: false,
  alarmPause: false,
  alarmFloor: 50,
} as const satisfies Partial<Policy>;

function toVersion({ content, ...rest }: Row): PolicyVersion {
  return { ...rest, policy: policySchema.parse({ ...LATER_MEMBERS, ...content }) };
}
