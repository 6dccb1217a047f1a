import type { EntityManager } from 'typeorm';
import { insertPolicy, lockPolicy, type PolicyActor } from './change-policy.js';
import { comparePolicy, policyValue, type PolicyDifference } from './compare-policy.js';
import { POLICY_MEMBERS, policySchema, type Policy, type PolicyVersion } from './policy.js';
import { readEarlierPolicy, readPolicy } from './read-policy.js';

/** The settings of a service, and the defaults. */
export interface PolicySettings {
  readonly given: Partial<Policy>;
  readonly defaults: Policy;
}

export interface PolicyAtStart {
  /** The policy with which the service opens its parts. */
  readonly policy: Policy;
  readonly differences: readonly PolicyDifference[];
}

/** No service starts with these settings; the message says what to do. */
export class PolicyRefused extends Error {
  override readonly name = 'PolicyRefused';
}

/**
 * The policy of the database. If it has none: the settings, and what services of the previous version have recorded.
 * Nothing is written, so a service that then fails to start has decided nothing.
 *
 * @throws PolicyRefused
 */
export async function policyAtStart(
  manager: EntityManager,
  { given, defaults }: PolicySettings,
): Promise<PolicyAtStart> {
  const policy = (await readPolicy(manager))?.policy ??
    // The earlier versions' row has three members; those are the policy's, the others come from the settings.
    { ...defaults, ...given, ...(await readEarlierPolicy(manager)) };
  const { error } = policySchema.safeParse(policy);
  if (error !== undefined) {
    const faults = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new PolicyRefused(`the settings are no policy: ${faults.join('; ')}`);
  }
  refuseWeaker(given, policy);
  return { policy, differences: comparePolicy(given, policy) };
}

/**
 * Writes the first version if there is none yet, with the audit line of the start.
 *
 * @param opened the policy with which the service was opened
 * @throws PolicyRefused if another service was first, with a policy that this one would weaken
 */
export async function establishPolicy(
  manager: EntityManager,
  actor: PolicyActor,
  { given, opened }: { readonly given: Partial<Policy>; readonly opened: Policy },
): Promise<PolicyVersion> {
  await lockPolicy(manager);
  const found = await readPolicy(manager);
  if (found === null) {
    const values = Object.fromEntries(
      POLICY_MEMBERS.map((member) => [member, policyValue(opened, member)] as const),
    );
    const details = { version: 1, reason: FIRST, policy: values };
    return await insertPolicy(manager, actor, { version: 1, policy: opened, reason: FIRST, details });
  }
  refuseWeaker(given, found.policy);
  return found;
}

function refuseWeaker(given: Partial<Policy>, policy: Policy): void {
  const weaker = comparePolicy(given, policy).filter((difference) => difference.weaker);
  if (weaker.length === 0) return;
  throw new PolicyRefused(
    'these settings protect less than the policy of this database: ' +
      `${weaker.map(({ words }) => words).join('; ')}. Correct the settings, or change the policy first: pinctl policy set`,
  );
}

const FIRST = 'the first start of a service';
