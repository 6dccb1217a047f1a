import { databaseFault, kindOfFault, unavailable } from '#libs/database';
import type { Mac, PinVerifier, VerdictMac } from '#libs/hsm';
import type { RequestContext } from '#libs/requests';
import type { EnvelopeId } from './evaluation.js';

/** Each conflict means that another transaction committed, so this many in a row mean that something is wrong. */
const CONFLICTS_AT_MOST = 5;

/** A pool may hold several connections that were lost together with the server. */
const LOSSES_AT_MOST = 3;

export interface Answered<Answer> {
  readonly answer: Answer;
  /** A connection was lost: an earlier attempt may have committed, or may still commit. */
  readonly doubtful: boolean;
}

/**
 * Repeats a statement that may be repeated (a spend, a settle, a give-back) until it is answered: after a conflict,
 * which rolled it back, and after a lost connection, which leaves its outcome unknown.
 *
 * @param run gets the number of failed attempts
 * @throws PinwardError DATABASE_UNAVAILABLE, or INTERNAL for a defect
 */
export async function untilAnswered<Answer>(
  run: (attempt: number) => Promise<Answer>,
): Promise<Answered<Answer>> {
  let conflicts = 0;
  let losses = 0;
  for (;;) {
    try {
      return { answer: await run(conflicts + losses), doubtful: losses > 0 };
    } catch (fault) {
      const kind = kindOfFault(fault);
      if (kind === 'conflict') conflicts += 1;
      else if (kind === 'connection-lost') losses += 1;
      else throw databaseFault(fault);
      if (conflicts > CONFLICTS_AT_MOST || losses > LOSSES_AT_MOST) throw unavailable(fault);
    }
  }
}

/** The caller as the audit trail records it, in the order of the functions' parameters. */
export function actor({ clientId, subject, sourceAddress }: RequestContext): [string, string, string] {
  return [clientId, subject, sourceAddress];
}

/** One or two envelopes, each as kid and digest. */
export function envelopeScalars(envelopes: readonly EnvelopeId[]): (string | Buffer | null)[] {
  const [first, second, third] = envelopes;
  if (first === undefined || third !== undefined) throw new Error('an evaluation has one envelope or two');
  return [first.kid, first.digest, second?.kid ?? null, second?.digest ?? null];
}

/** One array for each parameter, from one row for each call: the form that functions on sets take. */
export function columns(rows: readonly (readonly unknown[])[]): unknown[][] {
  return (rows[0] ?? []).map((_, index) => rows.map((row) => row[index]));
}

/** `$1, $2, …, $n` */
export function placeholders(count: number): string {
  return Array.from({ length: count }, (_, index) => `$${index + 1}`).join(', ');
}

/** Whole seconds for Retry-After, never 0: that would invite a busy loop. */
export function retryAfterSeconds(milliseconds: number | null): number {
  return Math.max(1, Math.ceil((milliseconds ?? 0) / 1000));
}

/** event_no is a bigint, which JavaScript numbers do not hold. */
export function nextEventNo(eventNo: string): string {
  return String(BigInt(eventNo) + 1n);
}

/** The HSM host's word for a verdict, as the member `verdictMac` of its audit line (docs/audit.md). */
export function verdictMacText(mac: VerdictMac | null): string | null {
  return mac === null ? null : JSON.stringify(verdictMacDetails(mac));
}

function verdictMacDetails(mac: VerdictMac) {
  const { key, mac: value } = macDetails(mac);
  return mac.compared.length === 0
    ? { key, mac: value }
    : { key, compared: mac.compared.toString('base64'), mac: value };
}

/** The HSM host's word for a new verifier, as the member `verifierMac` of the audit line that records it. */
export function verifierMacDetails({ mac }: PinVerifier) {
  return mac === null ? {} : { verifierMac: macDetails(mac) };
}

function macDetails({ generation, value }: Mac) {
  return { key: generation, mac: value.toString('base64') };
}

/** Columns of the verifier's place, on the card's row. @param eventNo of the card before the write */
export function verifierColumns({ mac }: PinVerifier, eventNo: string) {
  return {
    verifierMac: mac?.value ?? null,
    verifierMacGeneration: mac?.generation ?? null,
    verifierEventNo: eventNo,
  };
}
