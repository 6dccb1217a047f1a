import type { RequestContext } from '#libs/requests';
import type { EnvelopeId } from './evaluation.js';

/** What the audit trail is told of a caller, in the order in which the functions take it. */
export function actor({ clientId, subject, sourceAddress }: RequestContext): [string, string, string] {
  return [clientId, subject, sourceAddress];
}

/** One or two envelopes, each as kid and digest. */
export function envelopeScalars(envelopes: readonly EnvelopeId[]): (string | Buffer | null)[] {
  const [first, second, third] = envelopes;
  if (first === undefined || third !== undefined) throw new Error('an evaluation has one envelope or two');
  return [first.kid, first.digest, second?.kid ?? null, second?.digest ?? null];
}

/** One array for each parameter from one row for each call, as functions that work on sets take them. */
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
