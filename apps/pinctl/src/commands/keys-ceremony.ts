import { isUsable, KEY_KINDS, keyLabel, type KeyKind, type RegisteredKey } from '#libs/hsm';
import {
  destroyRetiredKey,
  initKeys,
  retireKey,
  rolesOf,
  rotateKey,
  usedByAll,
  type KeyRotated,
  type TokenRole,
} from '#libs/key-ceremony';
import { readRegisteredKeys } from '#libs/keys';
import {
  confirmOn,
  USER_ALONE,
  withCeremony,
  withRegistrations,
  type CeremonyOptions,
  ceremonySettings,
} from '../ceremony.js';
import { refuseUnwritable, writeRecord } from '../ceremony-record.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';

interface InitOptions extends CeremonyOptions {
  readonly role?: TokenRole;
  readonly transportBits: number;
}

export async function initKeysCommand(options: InitOptions): Promise<void> {
  const { role, transportBits, json } = options;
  const roles = role === undefined ? ceremonyRoles() : [role];
  refuseUnwritable(options);
  await withCeremony(options, roles, async (ceremony) => {
    await confirmOn(ceremony, options, { what: 'makes the first keys', name: 'init' });
    const { made, registered } = await initKeys(ceremony, { roles, transportBits });
    const record =
      registered.length === 0
        ? null
        : await writeRecord(ceremony, options, { action: 'init', keys: registered });
    const keys = registered.map(keyLabel);
    print(json, { made, registered: keys, record }, initWords({ role, made, keys, record }));
  });
}

interface Initialised {
  readonly role: TokenRole | undefined;
  readonly made: readonly string[];
  readonly keys: readonly string[];
  readonly record: string | null;
}

function initWords({ role, made, keys, record }: Initialised): string {
  if (role === 'officer') {
    const done = made.length === 0 ? 'The wrapping key is there already.' : `Made ${made.join(', ')}.`;
    return `${done}\nNext, the crypto user: pinctl keys init --role user`;
  }
  if (record === null)
    return 'Every kind has a key: nothing to do. pinctl keys list shows them, pinctl keys record writes a record.';
  return [
    `Registered ${keys.join(', ')}.`,
    `Signed record: ${record}`,
    'Back the wrapping key up, or clone it to a second HSM, before the first PIN is set: without it every PIN is lost.',
  ].join('\n');
}

interface RotateOptions extends CeremonyOptions {
  readonly role?: TokenRole;
  readonly prepare?: true;
  readonly graceHours: number;
  readonly transportBits: number;
}

export async function rotateKeyCommand(given: string, options: RotateOptions): Promise<void> {
  const kind = KEY_KINDS.find((known) => known === given);
  if (kind === undefined) throw new Refused(`${given} is no kind of key: ${KEY_KINDS.join(', ')}`);
  refuseUnwritable(options);
  const { graceHours, transportBits, role, prepare = false } = options;
  const all = kind === 'pin-wrapping' ? ceremonyRoles() : USER_ALONE;
  const roles = role === undefined ? all : all.filter((part) => part === role);
  if (roles.length === 0) throw new Refused(`the ${role} has no part in ${kind} keys`);
  const toCurrent = !prepare && roles.includes('user');
  await withCeremony(options, roles, async (ceremony) => {
    const what = `makes the next ${kind} key${toCurrent ? ' current' : ''}`;
    await confirmOn(ceremony, options, { what, name: kind });
    const request = { kind, roles, graceHours, transportBits, prepareOnly: prepare };
    const rotated = await rotateKey(ceremony, request);
    if (rotated === null) {
      const next = `The officer's part is done.\nNext, the crypto user: pinctl keys rotate ${kind} --role user`;
      return print(options.json, { key: null, activated: false, record: null }, next);
    }
    const { key, before, activated } = rotated;
    const keys = activated ? [key, before] : [key];
    const record = await writeRecord(ceremony, options, { action: `rotate ${kind}`, keys });
    if (activated) await usedByAll(ceremony, key);
    const pin = kind === 'manifest-signing' ? { pin: key.fingerprint.toString('base64url') } : {};
    const result = { key: keyLabel(key), before: keyLabel(before), activated, record, ...pin };
    print(options.json, result, rotationWords(rotated, record));
  });
}

function rotationWords({ key, before, activated }: KeyRotated, record: string): string {
  const signed = `Signed record: ${record}`;
  if (!activated) {
    const pin = `The pin for apps: ${key.fingerprint.toString('base64url')}. Ship them before you go on.`;
    return [
      `${keyLabel(key)} is registered and not used yet.`,
      signed,
      ...(key.kind === 'manifest-signing' ? [pin] : []),
      `Next: pinctl keys rotate ${key.kind}`,
    ].join('\n');
  }
  return [`${keyLabel(key)} is current.`, signed, `Next: ${nextStep(key.kind, keyLabel(before))}`].join('\n');
}

/** What happens to the previous key. */
function nextStep(kind: KeyKind, before: string): string {
  const retire = `pinctl keys retire ${before}`;
  switch (kind) {
    case 'pin-wrapping':
      return `verifiers follow with each card's next success; when pinctl keys list shows none left, ${retire}`;
    case 'card-vault':
    case 'lookup':
    case 'secrets':
      return `pinctl keys reseal ${kind}, then ${retire}`;
    case 'manifest-signing':
      return `${retire}, when no app pins it any more`;
    case 'audit-signing':
      return `${retire}; keep its verifier key, with which older checkpoints are checked`;
    case 'pin-transport':
    case 'token-signing':
    case 'otp':
      return `${retire}, when its time is over`;
  }
}

interface RetireOptions extends Omit<CeremonyOptions, 'record'> {
  /** False for no record, if the token is out of reach. */
  readonly record?: string | false;
  readonly now?: true;
  readonly destroy?: true;
}

export async function retireKeyCommand(label: string, options: RetireOptions): Promise<void> {
  const { now = false, destroy = false, yes, json, record: file, ...others } = options;
  if (destroy && file === false)
    throw new Refused('--destroy needs the token, and --no-record goes without it');
  if (yes !== true)
    await confirm(
      `Retiring ends ${label} for good${destroy ? ', and destroys it on the token' : ''}.`,
      label,
    );
  const told = (key: RegisteredKey, record: string | null) => {
    const signed = record === null ? [] : [`Signed record: ${record}`];
    const advice = destroy
      ? 'It is no longer on the token.'
      : 'It is still on the token: --destroy removes it there, when your policy says so.';
    const words = [`${label} is retired: no process uses it any more.`, ...signed, advice];
    print(json, { key: label, state: key.state, destroyed: destroy, record }, words.join('\n'));
  };
  if (file === false) {
    await withRegistrations(others, async (ceremony) =>
      told(await retireKey(ceremony, { label, now }), null),
    );
    return;
  }
  const recorded = { ...others, ...(file === undefined ? {} : { record: file }) };
  refuseUnwritable(recorded);
  await withCeremony(recorded, USER_ALONE, async (ceremony) => {
    const key = await retireKey(ceremony, { label, now });
    if (destroy) await destroyRetiredKey(ceremony, label);
    const action = `retire ${label}${destroy ? ' and destroy it' : ''}`;
    told(key, await writeRecord(ceremony, recorded, { action, keys: [key] }));
  });
}

/** The present state, for the auditors: at any time, and after a run that ended before its record was written. */
export async function recordKeysCommand(options: CeremonyOptions): Promise<void> {
  refuseUnwritable(options);
  await withCeremony(options, USER_ALONE, async (ceremony) => {
    const registered = await readRegisteredKeys(ceremony.dataSource);
    const keys = registered.filter(isUsable);
    const record = await writeRecord(ceremony, options, { action: 'inventory', keys });
    print(
      options.json,
      { keys: keys.map(keyLabel), record },
      `Signed record of ${keys.length} keys: ${record}`,
    );
  });
}

function ceremonyRoles(): readonly TokenRole[] {
  return rolesOf(ceremonySettings());
}
