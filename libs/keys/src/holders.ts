import type { DataSource } from 'typeorm';
import { isUsable, keyLabel, type KeyState, type RegisteredKey } from '#libs/hsm';

/** A process that has been silent for so long has ended, or cannot reach the database and so cannot serve. */
const LIVES_SECONDS = 30;

/** Interval between a process's reports, whatever else it does: several may be lost before it counts as gone. */
export const HOLDER_REPORT_MS = (LIVES_SECONDS * 1_000) / 6;

/** The keys and the policy of one running process. */
export interface KeyHolder {
  readonly replicaId: string;
  /** State by label of the keys that it uses. */
  readonly keys: Readonly<Record<string, KeyState>>;
  /** Why it does not hold a registered key. */
  readonly trouble: string | null;
  /** The following members are null for a process of the previous version. */
  readonly host: string | null;
  readonly version: string | null;
  /** The policy that it knows. */
  readonly policyVersion: number | null;
  readonly startedAt: Date | null;
  /** Its latest report. */
  readonly seenAt: Date;
}

/** What a process reports about itself. */
export type ReplicaReport = { readonly [Member in 'host' | 'version']: string } & {
  /** Null before it knows one. */
  readonly policyVersion: number | null;
};

/** Reports what this process holds, and removes processes that ended without a report. */
export async function reportHeldKeys(
  dataSource: DataSource,
  replicaId: string,
  held: {
    readonly keys: readonly RegisteredKey[];
    readonly trouble: string | null;
    readonly replica?: ReplicaReport;
  },
): Promise<void> {
  const { host, version, policyVersion }: Partial<ReplicaReport> = held.replica ?? {};
  const keys = Object.fromEntries(held.keys.filter(isUsable).map((key) => [keyLabel(key), key.state]));
  await dataSource.query(
    `WITH forgotten AS (
       DELETE FROM hsm_key_holders WHERE seen_at < clock_timestamp() - interval '1 hour' AND replica_id <> $1)
     INSERT INTO hsm_key_holders (replica_id, keys, trouble, attests, host, version, policy_version, started_at)
     VALUES ($1, $2, $3, true, $4, $5, $6, clock_timestamp())
     ON CONFLICT (replica_id) DO UPDATE
       SET keys = excluded.keys, trouble = excluded.trouble, attests = true, seen_at = clock_timestamp(),
           policy_version = excluded.policy_version`,
    [replicaId, JSON.stringify(keys), held.trouble, host ?? null, version ?? null, policyVersion ?? null],
  );
}

/** This process holds nothing any more. */
export async function forgetHolder(dataSource: DataSource, replicaId: string): Promise<void> {
  await dataSource.query('DELETE FROM hsm_key_holders WHERE replica_id = $1', [replicaId]);
}

/**
 * Whether the verdicts of all running processes are attested (ADR 0019): those of the previous version do not say so.
 */
export async function allHoldersAttest(dataSource: DataSource): Promise<boolean> {
  const others = await dataSource.query<unknown[]>(
    `SELECT FROM hsm_key_holders
      WHERE NOT attests AND seen_at > clock_timestamp() - make_interval(secs => $1) LIMIT 1`,
    [LIVES_SECONDS],
  );
  return others.length === 0;
}

/** The processes that run now. */
export async function readKeyHolders(dataSource: DataSource): Promise<readonly KeyHolder[]> {
  return await dataSource.query<KeyHolder[]>(
    `SELECT replica_id AS "replicaId", keys, trouble, host, version, policy_version AS "policyVersion",
            started_at AS "startedAt", seen_at AS "seenAt"
       FROM hsm_key_holders
      WHERE seen_at > clock_timestamp() - make_interval(secs => $1) ORDER BY started_at, replica_id`,
    [LIVES_SECONDS],
  );
}
