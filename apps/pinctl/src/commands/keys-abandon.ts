import type { DataSource } from 'typeorm';
import { Approvals, type AnyKind, type Approval } from '#libs/approvals';
import { PinwardError } from '#libs/errors';
import { keyLabel } from '#libs/hsm';
import {
  planAbandonment,
  refuseHeld,
  rolesOf,
  usedByAll,
  type AbandonPlan,
  type Ceremony,
  type TokenRole,
} from '#libs/key-ceremony';
import type { RequestContext } from '#libs/requests';
import { KeyAbandonment } from '../abandonment.js';
import { actingPerson, type ActingOptions } from '../acting-person.js';
import { confirmOn, USER_ALONE, withCeremony, type CeremonyOptions, ceremonySettings } from '../ceremony.js';
import { refuseUnwritable, writeRecord } from '../ceremony-record.js';
import { withOwner } from '../database.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { told } from '../terminal/told.js';

interface AbandonOptions extends CeremonyOptions, ActingOptions {
  readonly reason?: string;
  readonly withdraw?: true;
  readonly evenHeld?: true;
  readonly role?: TokenRole;
  readonly transportBits: number;
}

const PENDING_AT_MOST = 200;

/** Asks for it; or, if another person has asked for the same keys, does it. */
export async function abandonKeysCommand(labels: readonly string[], options: AbandonOptions): Promise<void> {
  refuseUnwritable(options);
  let waiting: Waiting | null = null;
  await withOwner(async (dataSource) => {
    waiting = await askOrFind(dataSource, labels, options);
  });
  if (waiting !== null) await decide(waiting, labels, options);
}

interface Waiting {
  readonly approval: Approval;
  readonly context: RequestContext;
}

/** @returns the request that waits for this person's decision; null when nothing is left to do */
async function askOrFind(
  dataSource: DataSource,
  labels: readonly string[],
  options: AbandonOptions,
): Promise<Waiting | null> {
  const context = await actingPerson(dataSource, options);
  const { json, reason, withdraw, yes } = options;
  const approvals = new Approvals(dataSource, [new KeyAbandonment(null)]);
  const approval = await pendingFor(approvals, context.tenantId, labels);
  // 1. One of them withdraws.
  if (withdraw === true) {
    if (approval === null) throw new Refused('nobody has asked for that');
    const { body } = await approvals.reject({ context, approvalId: approval.approvalId });
    print(json, body, 'It is withdrawn: no key was given up.');
    return null;
  }
  // 2. The second person.
  if (approval !== null) {
    if (approval.requestedBy === context.subject) throw new PinwardError('SAME_OPERATOR');
    return { approval, context };
  }
  // 3. The first.
  const plan = await planAbandonment({ dataSource }, labels);
  if (reason === undefined || reason.trim() === '')
    throw new Refused('--reason says what happened: it is recorded');
  tellLosses(plan);
  if (yes !== true) await confirm('This asks for keys to be given up for good.', labels.join(' '));
  const content = { keys: sorted(labels), losses: plan.losses };
  const { body } = await approvals.request(context, { kind: 'key-abandon', content, reason });
  print(
    json,
    body,
    `${context.subject} has asked for it. Another person runs the same command before ${body.expiresAt}; nothing is changed until then.`,
  );
  return null;
}

async function pendingFor(
  approvals: Approvals,
  tenantId: string,
  labels: readonly string[],
): Promise<Approval | null> {
  // REST does not show this kind.
  const kinds = ['key-abandon' as AnyKind];
  const { items } = await approvals.find(tenantId, { kinds, status: 'pending', limit: PENDING_AT_MOST });
  const wanted = JSON.stringify(sorted(labels));
  return items.find(({ request }) => JSON.stringify(request?.['keys']) === wanted) ?? null;
}

async function decide(
  { approval, context }: Waiting,
  labels: readonly string[],
  options: AbandonOptions,
): Promise<void> {
  const wrapping = labels.some((label) => label.startsWith('pin-wrapping-'));
  const all = wrapping ? rolesOf(ceremonySettings()) : USER_ALONE;
  const roles = options.role === undefined ? all : all.filter((part) => part === options.role);
  if (!roles.includes('user'))
    throw new Refused(
      'this is the part of the crypto user; the officer: pinctl keys rotate pin-wrapping --role officer',
    );
  await withCeremony(options, roles, async (ceremony) => {
    const plan = await planAbandonment(ceremony, labels);
    if (options.evenHeld !== true) refuseHeld(ceremony, plan);
    tellLosses(plan);
    const { requestedBy } = approval;
    const reason = approval.reason ?? '';
    told(`asked for by ${requestedBy}: ${reason}`);
    await confirmOn(ceremony, options, { what: `gives up ${labels.join(', ')}`, name: labels.join(' ') });
    // 1. Successors, and the decision with their registration.
    const power = new KeyAbandonment({ ceremony, plan, reason, roles, transportBits: options.transportBits });
    await carryOut(ceremony, power, { approval, context });
    // 2. The record, signed by the present current key.
    const successors = power.successors;
    const more = { reason, requestedBy, approvedBy: context.subject, losses: plan.losses };
    const keys = [...plan.keys, ...successors];
    const record = await writeRecord(ceremony, options, {
      action: `abandon ${labels.join(' ')}`,
      keys,
      more,
    });
    const made = successors.map(keyLabel);
    print(
      options.json,
      { abandoned: plan.keys.map(keyLabel), successors: made, record },
      words(plan, made, record),
    );
    // 3. All replicas use them.
    for (const key of successors) await usedByAll(ceremony, key);
  });
}

async function carryOut(
  { dataSource }: Ceremony,
  power: KeyAbandonment,
  { approval: { approvalId }, context }: Waiting,
): Promise<void> {
  try {
    await new Approvals(dataSource, [power]).approve({ context, approvalId });
  } catch (failure) {
    // Only a refusal is certain. After any other failure the new keys may be registered, so they stay (pinctl keys
    // orphans lists them).
    if (failure instanceof PinwardError && failure.code !== 'DATABASE_UNAVAILABLE') power.takeBack();
    throw failure;
  }
}

function tellLosses({ losses }: AbandonPlan): void {
  for (const { key, words: lost, neededBy } of losses) {
    const rows = neededBy.map(({ what, rows: count }) => `${count} ${what}`).join(', ');
    told(`${key}: ${lost}${rows === '' ? '' : ` (${rows})`}`);
  }
}

function words({ keys }: AbandonPlan, successors: readonly string[], record: string): string {
  return [
    `Given up: ${keys.map(keyLabel).join(', ')}.`,
    ...(successors.length === 0 ? [] : [`Current instead: ${successors.join(', ')}.`]),
    `Signed record: ${record}`,
    'Back the new keys up, or clone them to the second HSM; docs/operations.md says what is left to do.',
  ].join('\n');
}

function sorted(labels: readonly string[]): readonly string[] {
  return [...new Set(labels)].toSorted();
}
