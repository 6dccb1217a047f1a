import type { DataSource, EntityManager } from 'typeorm';
import { keyLabel, type KeyKind, type RegisteredKey } from '#libs/hsm';
import {
  giveUpValues,
  keyReferences,
  readRegisteredKeys,
  recordKeyEvent,
  registerKeysIn,
  type Registrar,
} from '#libs/keys';
import { CeremonyRefused, type Ceremony, type NewKeyLengths } from './ceremony.js';
import { makeNewKeys, takeBack } from './new-keys.js';
import type { TokenRole } from './token-roles.js';

/** What is lost with a key of this kind, for the persons who give it up. */
const LOST: Readonly<Record<KeyKind, string>> = {
  'pin-transport': 'envelopes in flight are refused; apps take the next key from the key set',
  'pin-wrapping':
    'every PIN under it must be reset with a one-time password; earlier PINs under it may come back',
  'card-vault': 'card data under it are unreadable for good: register those cards anew',
  lookup:
    'cards are not recognised by their PAN until pinctl keys reseal lookup; verdicts attested under it cannot be checked',
  secrets:
    'endpoints whose secret is under it get nothing: rotate their secrets; codes on their way are lost',
  otp: 'live one-time passwords under it are void: issue others',
  'token-signing': 'access tokens under it are refused: clients ask for others',
  'audit-signing': 'nothing that is written: older heads are verified with the kept verifier keys',
  'manifest-signing': 'apps that do not pin its successor encrypt nothing until their next version',
};

interface Loss {
  readonly key: string;
  readonly words: string;
  /** Rows that only this key can read. */
  readonly neededBy: readonly { readonly what: string; readonly rows: number }[];
}

export interface AbandonPlan {
  readonly keys: readonly RegisteredKey[];
  readonly losses: readonly Loss[];
  /** Kinds whose current key is lost: they get a successor. */
  readonly successorsOf: readonly KeyKind[];
  /** All keys as they will be registered, without the successors. */
  readonly registered: readonly RegisteredKey[];
}

/** The consequences of giving these keys up. Changes nothing. @throws CeremonyRefused for an unknown or retired one */
export async function planAbandonment(
  { dataSource }: Pick<Ceremony, 'dataSource'>,
  labels: readonly string[],
): Promise<AbandonPlan> {
  const known = await readRegisteredKeys(dataSource);
  const keys = [...new Set(labels)].map((label) => {
    const key = known.find((candidate) => keyLabel(candidate) === label);
    if (key === undefined) throw new CeremonyRefused(`${label} is not registered`);
    if (key.state === 'retired') throw new CeremonyRefused(`${label} is retired already`);
    return key;
  });
  const retired = keys.map((key): RegisteredKey => ({ ...key, state: 'retired' }));
  const given = new Set(keys.map(keyLabel));
  return {
    keys: retired,
    losses: await lossesOf(dataSource, keys),
    successorsOf: keys.filter(({ state }) => state === 'current').map(({ kind }) => kind),
    registered: [...known.filter((key) => !given.has(keyLabel(key))), ...retired],
  };
}

async function lossesOf(dataSource: DataSource, keys: readonly RegisteredKey[]): Promise<readonly Loss[]> {
  const losses: Loss[] = [];
  for (const key of keys) {
    const neededBy = (await keyReferences(dataSource, key)).filter(({ rows }) => rows > 0);
    losses.push({ key: keyLabel(key), words: LOST[key.kind], neededBy });
  }
  return losses;
}

/** @throws CeremonyRefused: a key that the token holds is rotated and retired instead, which loses nothing */
export function refuseHeld({ token }: Pick<Ceremony, 'token'>, { keys }: AbandonPlan): void {
  const held = new Set(token.objects().flatMap(({ label, count }) => (count > 0 ? [label] : [])));
  const [there] = keys.map(keyLabel).filter((label) => held.has(label));
  if (there === undefined) return;
  throw new CeremonyRefused(
    `the token holds ${there}: rotate its kind and retire it, which loses nothing; --even-held gives it up all the same`,
  );
}

/**
 * The successors, made and fingerprinted beside the remaining keys, and not registered yet.
 *
 * @throws CeremonyRefused, HsmMisconfigured naming another key that is missing too: give up all of them at once
 */
export async function makeSuccessors(
  ceremony: Ceremony,
  { successorsOf, registered }: AbandonPlan,
  parts: NewKeyLengths & { readonly roles: readonly TokenRole[] },
): Promise<readonly RegisteredKey[]> {
  if (successorsOf.length === 0) return [];
  const { keys } = await makeNewKeys(ceremony, successorsOf, { ...parts, registered });
  if (keys === null) throw new CeremonyRefused('giving a key up is the part of the crypto user: --role user');
  return keys;
}

/** For a decision that could not be recorded. */
export function takeSuccessorsBack(ceremony: Ceremony, successors: readonly RegisteredKey[]): void {
  for (const key of successors) if (key.kind !== 'pin-wrapping') takeBack(ceremony, key);
}

/** In the transaction of the decision: the lost keys are retired, their successors become current, void values end. */
export async function registerAbandonment(
  manager: EntityManager,
  { keys, losses }: AbandonPlan,
  successors: readonly RegisteredKey[],
  { registrar, reason }: { readonly registrar: Registrar; readonly reason: string },
): Promise<void> {
  await registerKeysIn(manager, [...keys, ...successors], registrar);
  for (const [index, key] of keys.entries()) {
    await giveUpValues(manager, key);
    const successor = successors.find(({ kind }) => kind === key.kind);
    const lost = losses[index]?.neededBy.map(({ what, rows }) => `${rows} ${what}`) ?? [];
    const details = {
      key: keyLabel(key),
      reason,
      lost,
      ...(successor === undefined ? {} : { successor: keyLabel(successor) }),
    };
    await recordKeyEvent(manager, { action: 'key.abandon', result: 'abandoned', details }, registrar);
  }
}
