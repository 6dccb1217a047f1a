import { readFileSync } from 'node:fs';
import { inTransaction } from '#libs/database';
import { DATE_ORDERS, datePins, DEFAULT_WEAK_PINS, type DateOrder } from '#libs/hsm';
import {
  changePolicy,
  checkPolicyChange,
  POLICY_MEMBERS,
  POLICY_SETTINGS,
  policyChanges,
  policyValue,
  readPolicy,
  readPolicyHistory,
  type PolicyChanges,
  type PolicyVersion,
} from '#libs/policy';
import { withRegistries } from '../registries.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';
import { DEFAULT_TENANT } from './default-tenant.js';
import { refuseUnlessFirst } from './first-operators.js';

interface Options {
  readonly json?: true;
}

type SetOptions = Options &
  Omit<PolicyChanges, 'weakPins'> & {
    readonly reason: string;
    readonly weakPinsFile?: string;
    readonly weakPinDates?: string;
    readonly yes?: true;
  };

const HISTORY = 1_000;
const CHANGE = { tenant: null, path: '/v1/admin/policy', scopes: ['ops:policy'] } as const;

export async function showPolicy({ json }: Options): Promise<void> {
  await withRegistries(async ({ dataSource }) => {
    const version = known(await readPolicy(dataSource.manager));
    print(json, version, words(version));
  });
}

export async function showHistory({ json }: Options): Promise<void> {
  await withRegistries(async ({ dataSource }) => {
    const versions = await readPolicyHistory(dataSource.manager, HISTORY);
    const rows = versions.map((version, index) => {
      const before = versions[index + 1];
      const changes = before === undefined ? {} : policyChanges(before.policy, version.policy);
      const changed = Object.entries(changes).map(([member, change]) => `${member} ${change}`);
      return [
        String(version.version),
        version.setAt.toISOString(),
        version.setBy,
        changed.join('; '),
        version.reason,
      ];
    });
    print(json, versions, table(['VERSION', 'SET', 'BY', 'CHANGED', 'REASON'], rows));
  });
}

/** A login of this machine is no second person: if two are needed, this refuses. */
export async function setPolicy(options: SetOptions): Promise<void> {
  const { json, yes } = options;
  const changes = changesIn(options);
  await withRegistries(async (registries) => {
    const { dataSource } = registries;
    await refuseUnlessFirst(registries, CHANGE);
    const { before, after } = await checkPolicyChange(dataSource.manager, changes);
    const told = Object.entries(policyChanges(before.policy, after)).map(
      ([name, change]) => `${name} ${change}`,
    );
    if (yes !== true) await confirm(`This changes the policy of all services: ${told.join('; ')}.`, 'policy');
    // Another person may have asked for two persons while this waited for the answer.
    await refuseUnlessFirst(registries, CHANGE);
    const actor = requestContext(DEFAULT_TENANT);
    const version = await inTransaction(dataSource, (manager) =>
      changePolicy(manager, actor, { changes, reason: options.reason }),
    );
    print(json, version, `Policy ${version.version} holds: ${told.join('; ')}.\n\n${words(version)}`);
  });
}

function changesIn(options: SetOptions): PolicyChanges {
  const { weakPinsFile, weakPinDates } = options;
  // The previous policy decides which values are allowed.
  const changes: PolicyChanges = Object.fromEntries(
    Object.entries(options).filter(([name]) => POLICY_MEMBERS.some((member) => member === name)),
  );
  if (weakPinsFile === undefined && weakPinDates === undefined) return changes;
  const listed = weakPinsFile === undefined ? DEFAULT_WEAK_PINS : linesOf(weakPinsFile);
  return { ...changes, weakPins: [...listed, ...datePins(dateOrder(weakPinDates ?? 'none'))] };
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  } catch (cause) {
    throw new Refused(`--weak-pins-file cannot be read`, { cause });
  }
}

function dateOrder(text: string): DateOrder {
  const order = DATE_ORDERS.find((candidate) => candidate === text);
  if (order === undefined) throw new Refused(`--weak-pin-dates must be one of ${DATE_ORDERS.join(', ')}`);
  return order;
}

function known(version: PolicyVersion | null): PolicyVersion {
  if (version === null)
    throw new Refused('no service has recorded a policy in this database: start the service first');
  return version;
}

function words({ version, policy, setBy, setAt, reason }: PolicyVersion): string {
  const rows = POLICY_MEMBERS.map((member) => [POLICY_SETTINGS[member], policyValue(policy, member)]);
  const head = `Policy ${version}, set by ${setBy} on ${setAt.toISOString()}: ${reason}`;
  return `${head}\n\n${table(['SETTING', 'VALUE'], rows)}`;
}
