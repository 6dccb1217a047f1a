import type { EntityManager } from 'typeorm';
import { ATTEST_ACTION } from '../attest-verdicts.js';
import { EXPIRE_ACTION, type ExpiredMonth } from './expired-months.js';
import { attestedDetails, type AttestationChecker } from './attestation-parts.js';
import { NO_TENANT } from '#libs/requests';

/** The time from which the HSM host's word is expected, and the time until which each key was valid. */
export interface AttestationEpoch {
  /** Audit id of the first line that begins attestation; null while there is none. */
  readonly since: bigint | null;
  /** Audit id of the line that retired a generation of the lookup key. */
  readonly retired: ReadonlyMap<number, bigint>;
  /** Audit ids of lines that claim to be the first, with an invalid MAC. */
  readonly forged: readonly string[];
}

interface Line {
  audit_id: string;
  action: string;
  request_id: string;
  details: string | null;
}

/** Lines without a tenant, which are few: starts, keys, months. */
const LINES = `
SELECT audit_id::text, action, request_id, details FROM audit_events
 WHERE tenant_id = $1 AND action IN ($2, $3, 'key.register') ORDER BY audit_id`;

/** @param hsm null: a line that begins attestation is not checked */
export async function attestationEpoch(
  manager: EntityManager,
  hsm: AttestationChecker | null,
): Promise<AttestationEpoch> {
  const lines = await manager.query<Line[]>(LINES, [NO_TENANT, ATTEST_ACTION, EXPIRE_ACTION]);
  let since: bigint | null = null;
  const forged: string[] = [];
  const retired = new Map<number, bigint>();
  for (const line of lines) {
    const id = BigInt(line.audit_id);
    if (line.action === ATTEST_ACTION) {
      if (await isBeginning(line, hsm)) since = earlier(since, id);
      else forged.push(line.audit_id);
    } else if (line.action === EXPIRE_ACTION) since = earlier(since, expiredBeginning(line));
    else noteRetired(retired, line);
  }
  return { since, retired, forged };
}

async function isBeginning(
  { request_id: requestId, details }: Line,
  hsm: AttestationChecker | null,
): Promise<boolean> {
  const { beginningMac: mac } = attestedDetails(details);
  if (mac === null) return false;
  if (hsm === null) return true;
  const [check] = await hsm.checkAttestations([{ claim: { kind: 'beginning', requestId }, mac }]);
  // The MAC of a retired key cannot be checked. The line is accepted, since it only makes the rules stricter.
  return check !== 'forged';
}

function expiredBeginning({ details }: Line): bigint | null {
  const { attestedSince } = JSON.parse(details ?? '{}') as Partial<ExpiredMonth>;
  return attestedSince === undefined ? null : BigInt(attestedSince);
}

function noteRetired(retired: Map<number, bigint>, { audit_id: id, details }: Line): void {
  const { key, state } = JSON.parse(details ?? '{}') as { readonly key?: string; readonly state?: string };
  const generation = /^lookup-(\d+)$/.exec(key ?? '')?.[1];
  if (generation !== undefined && state === 'retired') retired.set(Number(generation), BigInt(id));
}

function earlier(one: bigint | null, other: bigint | null): bigint | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
