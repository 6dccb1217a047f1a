import { currentKey, keyLabel, type KeyKind, type KeyState, type RegisteredKey } from '#libs/hsm';
import { readKeyHolders, readRegisteredKeys, registerKeys, type KeyHolder } from '#libs/keys';
import { askHolders } from './ask-holders.js';
import { CeremonyRefused, type Ceremony, type NewKeyLengths } from './ceremony.js';
import { makeNewKeys } from './new-keys.js';
import type { TokenRole } from './token-roles.js';

export interface RotateKeyRequest extends NewKeyLengths {
  readonly kind: KeyKind;
  /** Whose part to do: the officer makes or marks a wrapping key; all the rest is the user's. */
  readonly roles: readonly TokenRole[];
  /** For pin-transport: how long envelopes under the previous key are still accepted, hours. */
  readonly graceHours: number;
  /** Stops when the new key is registered, for instance to give apps a manifest key before it is used. */
  readonly prepareOnly: boolean;
}

export interface KeyRotated {
  readonly made: boolean;
  readonly activated: boolean;
  readonly key: RegisteredKey;
  /** The previous current key. */
  readonly before: RegisteredKey;
}

const HOURS: Readonly<Partial<Record<KeyKind, number>>> = {
  // Longer than any process works on something that it began under the previous key: after that no new row can name it.
  'pin-wrapping': 1,
  'card-vault': 1,
  secrets: 1,
  otp: 1,
  // Longer than any access token lives.
  'token-signing': 2,
  // Longer than a request may be repeated: this key recognises its body.
  lookup: 25,
};
const HOUR_MS = 3_600_000;

/**
 * Makes the next key of a kind. All running processes must hold it before the first of them uses it, so no request
 * meets a key that its process does not know. An interrupted rotation continues where it ended. What is left to do
 * afterwards: usedByAll.
 *
 * @returns null after the officer's part alone
 * @throws CeremonyRefused when a process does not take the key up; the previous key stays in use
 */
export async function rotateKey(ceremony: Ceremony, request: RotateKeyRequest): Promise<KeyRotated | null> {
  const { kind } = request;
  // 1. The next generation: one that an earlier run began, or a new one.
  const registered = await readRegisteredKeys(ceremony.dataSource);
  const known = registered.filter((key) => key.kind === kind);
  const before = currentKey(known, kind);
  if (before === undefined) throw new CeremonyRefused(`there is no ${kind} key yet: pinctl keys init`);
  if (kind === 'pin-transport' && request.prepareOnly)
    throw new CeremonyRefused('a pin-transport key is used as soon as it is made: it cannot be prepared');
  await refuseUnfinished(ceremony, before);
  if (kind === 'manifest-signing' && !request.prepareOnly) refuseUnprepared(known, before);
  const next = await nextKey(ceremony, { ...request, registered, known, before });
  if (next === null) return null;
  const { key, made } = next;
  if (request.prepareOnly) return { made, activated: false, key, before };
  // 2. All replicas hold it.
  await heldByAll(ceremony, key);
  // 3. It becomes current, in the transaction in which the previous one stops being current.
  const current: RegisteredKey = { ...key, state: 'current' };
  const stepsDown: RegisteredKey = {
    ...before,
    state: 'accepted',
    expiresAt: endOf(request, ceremony.now()),
  };
  await registerKeys(ceremony.dataSource, [current, stepsDown], ceremony.registrar);
  ceremony.told(`${keyLabel(key)} is current, ${keyLabel(before)} still accepted`);
  return { made, activated: true, key: current, before: stepsDown };
}

/** Step 4: all replicas use it. @throws CeremonyRefused naming those that do not; the rotation itself is done */
export async function usedByAll(ceremony: Ceremony, key: RegisteredKey): Promise<void> {
  const left = await awaitHolders(ceremony, key, 'current');
  if (left === null) return;
  const next = `${keyLabel(key)} is current: do not rotate again, see to those processes (pinctl keys list)`;
  throw new CeremonyRefused([left.words, next, ...left.troubles].join('\n'));
}

/** Another rotation must wait until every replica uses the present key. */
async function refuseUnfinished({ dataSource }: Ceremony, current: RegisteredKey): Promise<void> {
  const left = without(await readKeyHolders(dataSource), keyLabel(current), 'current');
  if (left.length === 0) return;
  const label = keyLabel(current);
  throw new CeremonyRefused(
    `the last rotation is not over: ${left.length} running processes do not use ${label} yet (pinctl keys list)`,
  );
}

/** Apps use no key set whose signer they do not pin, and a new pin reaches them with their next version. */
function refuseUnprepared(known: readonly RegisteredKey[], before: RegisteredKey): void {
  if (preparedIn(known, before).length > 0) return;
  throw new CeremonyRefused(
    'no app pins the next manifest-signing key yet: --prepare first, ship apps with its pin, then run this again',
  );
}

async function nextKey(
  ceremony: Ceremony,
  {
    kind,
    known,
    before,
    registered,
    ...parts
  }: RotateKeyRequest & {
    readonly registered: readonly RegisteredKey[];
    readonly known: readonly RegisteredKey[];
    readonly before: RegisteredKey;
  },
): Promise<{ readonly key: RegisteredKey; readonly made: boolean } | null> {
  const { dataSource, registrar, told } = ceremony;
  const prepared = preparedIn(known, before);
  const [ready] = prepared;
  if (ready !== undefined && kind !== 'pin-transport') {
    told(`${keyLabel(ready)} has been registered before`);
    return { key: ready, made: false };
  }
  const { made, keys } = await makeNewKeys(ceremony, [kind], { ...parts, registered });
  if (keys === null) return null;
  const [key] = keys;
  if (key === undefined) throw new CeremonyRefused(`the new ${kind} key could not be fingerprinted`);
  const givenUp = prepared.map((other): RegisteredKey => ({ ...other, state: 'retired' }));
  await registerKeys(dataSource, [key, ...givenUp], registrar);
  told(`registered ${keyLabel(key)}; it is not used yet`);
  for (const other of givenUp) told(`${keyLabel(other)} was never used, as far as is known, and is retired`);
  return { key, made: made.length > 0 };
}

/**
 * A key that an earlier run prepared. A transport key is not taken: the database may have been restored since, with an
 * empty register of used envelopes.
 */
function preparedIn(known: readonly RegisteredKey[], before: RegisteredKey): readonly RegisteredKey[] {
  return known.filter(({ generation, state }) => generation > before.generation && state === 'accepted');
}

/** @throws CeremonyRefused naming the obstacle */
async function heldByAll(ceremony: Ceremony, key: RegisteredKey): Promise<void> {
  const left = await awaitHolders(ceremony, key, 'accepted');
  if (left === null) return;
  throw new CeremonyRefused([`${left.words}; run this again when they do`, ...left.troubles].join('\n'));
}

interface HoldersLeft {
  readonly words: string;
  readonly troubles: readonly string[];
}

/** Waits for every process that runs now. @returns the obstacle, or null */
async function awaitHolders(
  ceremony: Ceremony,
  key: RegisteredKey,
  state: KeyState,
): Promise<HoldersLeft | null> {
  const label = keyLabel(key);
  const verb = state === 'current' ? 'use' : 'hold';
  let last = '';
  let left: readonly KeyHolder[] = [];
  const held = await askHolders(ceremony, (holders) => {
    left = without(holders, label, state);
    const step = `${holders.length - left.length} of ${holders.length} running processes ${verb} ${label}`;
    if (step !== last) ceremony.told(step);
    last = step;
    return left.length === 0;
  });
  if (held) return null;
  const troubles = [...new Set(left.flatMap(({ trouble }) => trouble ?? []))];
  return { words: `${left.length} running processes do not ${verb} ${label}`, troubles };
}

function without(holders: readonly KeyHolder[], label: string, state: KeyState): readonly KeyHolder[] {
  return holders.filter(({ keys }) => keys[label] !== state && keys[label] !== 'current');
}

/** When the previous key is no longer accepted, or the earliest time to retire it; null if rows decide. */
function endOf({ kind, graceHours }: RotateKeyRequest, now: Date): Date | null {
  const hours = kind === 'pin-transport' ? graceHours : HOURS[kind];
  return hours === undefined ? null : new Date(now.getTime() + hours * HOUR_MS);
}
