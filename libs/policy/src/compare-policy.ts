import { createHash } from 'node:crypto';
import { POLICY_MEMBERS, POLICY_SETTINGS, type Policy, type PolicyMember } from './policy.js';

/** A difference between a service's own settings and the database. */
export interface PolicyDifference {
  readonly member: PolicyMember;
  /** Whether the settings protect less than the policy in force. */
  readonly weaker: boolean;
  /** For a log: names the setting and both values, but no entry of the weak list. */
  readonly words: string;
}

type Compared = Exclude<PolicyMember, 'weakPins'>;

/**
 * In which direction a value protects less. A window is no protection: a different one is reported, and none is
 * refused.
 */
const WEAKER: Readonly<Record<Compared, 'more' | 'less' | 'neither'>> = {
  approvals: 'less',
  pinMaxTries: 'more',
  pinMaxFailuresWithoutSuccess: 'more',
  pinHistoryLength: 'less',
  pinSetOtp: 'less',
  pinEvaluationWindowMs: 'neither',
  clientSecretOverlapHours: 'more',
  clientSecretMaxAgeDays: 'more',
  clientSecretRefuseOld: 'less',
  alarmPause: 'less',
  alarmFloor: 'more',
};

/** @param given the settings of the service; an absent one cannot differ */
export function comparePolicy(given: Partial<Policy>, holds: Policy): PolicyDifference[] {
  return POLICY_MEMBERS.flatMap((member) => {
    const difference = member === 'weakPins' ? weakList(given, holds) : compare(member, given, holds);
    return difference === null ? [] : [difference];
  });
}

function compare(member: Compared, given: Partial<Policy>, holds: Policy): PolicyDifference | null {
  const own = given[member];
  if (own === undefined || own === holds[member]) return null;
  const more = Number(own) > Number(holds[member]);
  const weaker = WEAKER[member] !== 'neither' && more === (WEAKER[member] === 'more');
  return {
    member,
    weaker,
    words: `${POLICY_SETTINGS[member]} is ${String(own)} here, the policy says ${String(holds[member])}`,
  };
}

function weakList({ weakPins: own }: Partial<Policy>, { weakPins: listed }: Policy): PolicyDifference | null {
  if (own === undefined) return null;
  const missing = listed.filter((pin) => !own.includes(pin)).length;
  const further = own.filter((pin) => !listed.includes(pin)).length;
  if (missing === 0 && further === 0) return null;
  const words = `${POLICY_SETTINGS.weakPins} lack ${missing} of the policy's ${listed.length} weak PINs and have ${further} others`;
  return { member: 'weakPins', weaker: missing > 0, words };
}

/** A policy's member for people, logs and the trail; for the weak list its length and which one it is. */
export function policyValue(policy: Policy, member: PolicyMember): string {
  if (member !== 'weakPins') return String(policy[member]);
  const digest = createHash('sha256').update(policy.weakPins.join('\n')).digest('hex').slice(0, 16);
  return `${policy.weakPins.length} PINs, sha256 ${digest}`;
}

/** `name: "before -> after"` for each changed member. */
export function policyChanges(before: Policy, after: Policy): Readonly<Record<string, string>> {
  const changes = POLICY_MEMBERS.flatMap((member) => {
    const [was, is] = [policyValue(before, member), policyValue(after, member)];
    return was === is ? [] : [[member, `${was} -> ${is}`] as const];
  });
  return Object.fromEntries(changes);
}
