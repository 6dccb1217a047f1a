import { OPERATOR_SCOPES, type Scope } from '#libs/api-clients';
import { approvalsOf } from '../policy.js';
import type { Registries } from '../registries.js';
import { Refused } from '../terminal/refused.js';

/** The number of persons who can decide over REST. */
const ENOUGH = 2;

interface Wanted {
  /** Null for a change that concerns every tenant. */
  readonly tenant: string | null;
  /** A person needs one of them to decide on it. */
  readonly scopes: readonly Scope[];
  /** The call that requests it. */
  readonly path: string;
}

/**
 * The command line makes the first operators, since no operator exists who could. It refuses once two persons can
 * decide, if the policy asks for two: a login of this machine is no second person.
 *
 * @throws Refused
 */
export async function refuseUnlessFirst(
  { dataSource, persons }: Registries,
  { tenant, scopes, path }: Wanted,
): Promise<void> {
  if ((await approvalsOf(dataSource)) === 1) return;
  const deciders = await Promise.all(scopes.map((scope) => persons.countDeciders(tenant, scope)));
  if (deciders.every((count) => count < ENOUGH)) return;
  throw new Refused(
    'this takes two persons here (APPROVALS of the policy), and there are two who may: one asks with ' +
      `POST ${path}, another approves with POST /v1/admin/approvals/{approvalId}/approve`,
  );
}

/** Operators grant scopes that they hold themselves, and with ops:clients those of card apps. */
export function grantersOf(scopes: readonly string[]): readonly Scope[] {
  const granted = scopes.map((scope) => OPERATOR_SCOPES.find((known) => known === scope) ?? 'ops:clients');
  return [...new Set(granted)];
}
