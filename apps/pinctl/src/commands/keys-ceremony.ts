import { KEY_KINDS, keyLabel, type KeyKind } from '#libs/hsm';
import { initKeys, retireKey, rotateKey, type KeyRotated, type TokenRole } from '#libs/key-ceremony';
import { withCeremony, withRegistrations, type CeremonyOptions } from '../ceremony.js';
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
  const roles: readonly TokenRole[] = role === undefined ? ['officer', 'user'] : [role];
  refuseUnwritable(options);
  await withCeremony(options, roles, async (ceremony) => {
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
  if (record === null) return 'Every kind has a key: nothing to do. pinctl keys list shows them.';
  return [
    `Registered ${keys.join(', ')}.`,
    `Signed record: ${record}`,
    'Back the wrapping key up, or clone it to a second HSM, before the first PIN is set: without it every PIN is lost.',
  ].join('\n');
}

interface RotateOptions extends CeremonyOptions {
  readonly prepare?: true;
  readonly graceHours: number;
  readonly transportBits: number;
}

export async function rotateKeyCommand(given: string, options: RotateOptions): Promise<void> {
  const kind = KEY_KINDS.find((known) => known === given);
  if (kind === undefined) throw new Refused(`${given} is no kind of key: ${KEY_KINDS.join(', ')}`);
  refuseUnwritable(options);
  const roles: readonly TokenRole[] = kind === 'pin-wrapping' ? ['officer', 'user'] : ['user'];
  await withCeremony(options, roles, async (ceremony) => {
    const { graceHours, transportBits, prepare = false } = options;
    const rotated = await rotateKey(ceremony, { kind, graceHours, transportBits, prepareOnly: prepare });
    const { key, before, activated } = rotated;
    const keys = activated ? [key, before] : [key];
    const record = await writeRecord(ceremony, options, { action: `rotate ${kind}`, keys });
    const result = { key: keyLabel(key), before: keyLabel(before), activated, record };
    print(options.json, result, rotationWords(rotated, record));
  });
}

function rotationWords({ key, before, activated }: KeyRotated, record: string): string {
  const signed = `Signed record: ${record}`;
  if (!activated) {
    return `${keyLabel(key)} is registered and not used yet.\n${signed}\nNext: pinctl keys rotate ${key.kind}`;
  }
  return [`${keyLabel(key)} is current.`, signed, `Next: ${nextStep(key.kind, keyLabel(before))}`].join('\n');
}

/** What becomes of the key before. */
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

interface RetireOptions extends CeremonyOptions {
  readonly now?: true;
  readonly yes?: true;
}

export async function retireKeyCommand(label: string, options: RetireOptions): Promise<void> {
  const { now = false, yes, json } = options;
  if (yes !== true) await confirm(`Retiring ends ${label} for good.`, label);
  await withRegistrations(options, async (ceremony) => {
    const { state } = await retireKey(ceremony, { label, now });
    const advice =
      "It is still on the token: remove it there with the vendor's tools when your policy says so.";
    print(json, { key: label, state }, `${label} is retired: no process uses it any more.\n${advice}`);
  });
}
