import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { KEY_KINDS, KEY_STATES, keyLabel, type KeyState, type RegisteredKey } from '#libs/hsm';
import { HsmKeyEntity } from '#libs/database';
import { makeReplayRegister } from './replay-registers.js';
import { appendAudit, NO_TENANT, type Effect } from '#libs/requests';

/** Who registers, for the audit trail. */
export interface Registrar {
  /** e.g. the program */
  readonly clientId: string;
  /** The person, or the persons. */
  readonly subject: string;
}

const SET_UP: Registrar = { clientId: 'pinward', subject: 'key ceremony' };

/**
 * Registers key generations, or updates the state and end of known ones. It first makes the replay register's partition
 * of a transport key, so that no envelope can arrive without one. Runs as the schema's owner.
 *
 * @throws Error when a known generation comes with another fingerprint, which means another key under the old label; or
 * when a retired one is to be used again
 */
export async function registerKeys(
  dataSource: DataSource,
  keys: readonly RegisteredKey[],
  registrar = SET_UP,
): Promise<void> {
  await dataSource.transaction((manager) => registerKeysIn(manager, keys, registrar));
}

/** The same as a part of other work. @throws Error as registerKeys does */
export async function registerKeysIn(
  manager: EntityManager,
  keys: readonly RegisteredKey[],
  registrar: Registrar,
): Promise<void> {
  // A new current generation may come only after the old one has stopped being current.
  const steppingDownFirst = keys.toSorted(
    (a, b) => Number(a.state === 'current') - Number(b.state === 'current'),
  );
  for (const key of steppingDownFirst) {
    if (key.kind === 'pin-transport') await makeReplayRegister(manager, keyLabel(key));
    await register(manager, key, registrar);
  }
}

/**
 * Registers those that are not known yet; changes by a later ceremony to the others stay.
 *
 * @throws Error as registerKeys does
 */
export async function registerNewKeys(dataSource: DataSource, keys: readonly RegisteredKey[]): Promise<void> {
  const known = new Map((await readRegisteredKeys(dataSource)).map((key) => [keyLabel(key), key]));
  const asTheyAre = keys.map((key) => {
    const { state, expiresAt } = known.get(keyLabel(key)) ?? key;
    return { ...key, state, expiresAt };
  });
  await registerKeys(dataSource, asTheyAre);
}

/** A registered key, and its time of registration. */
export interface KnownKey extends RegisteredKey {
  readonly registeredAt: Date;
}

/** All generations, newest first within a kind. */
export async function readRegisteredKeys(dataSource: DataSource): Promise<KnownKey[]> {
  const keys = await dataSource.manager.find(HsmKeyEntity, { order: { kind: 'ASC', generation: 'DESC' } });
  return keys.map(({ generation, fingerprint, fingerprintIv, expiresAt, registeredAt, ...key }) => ({
    kind: oneOf(KEY_KINDS, key.kind),
    state: oneOf(KEY_STATES, key.state),
    generation,
    fingerprint,
    expiresAt,
    registeredAt,
    ...(fingerprintIv === null ? {} : { fingerprintIv }),
  }));
}

/** A newer version may have registered a value that this one does not know: it must not be ignored. */
function oneOf<Value extends string>(values: readonly Value[], text: string): Value {
  const found = values.find((value) => value === text);
  if (found === undefined)
    throw new Error(`a key is registered as ${text}, which this version does not know`);
  return found;
}

/** Whether these still make new values. */
export async function areCurrent(
  dataSource: DataSource,
  keys: readonly Pick<RegisteredKey, 'kind' | 'generation'>[],
): Promise<boolean> {
  const where = keys.map(({ kind, generation }) => ({ kind, generation, state: 'current' as const }));
  return (await dataSource.manager.countBy(HsmKeyEntity, where)) === keys.length;
}

/** What was registered of a key, when and by whom. */
export interface KeyRegistration {
  readonly key: string;
  readonly state: KeyState;
  readonly at: Date;
  /** As in Registrar. */
  readonly subject: string;
}

/** From the audit trail, oldest first; without those in expired months. */
export async function readKeyRegistrations(
  dataSource: DataSource,
  labels: readonly string[],
): Promise<readonly KeyRegistration[]> {
  return await dataSource.query<KeyRegistration[]>(
    `SELECT details::json->>'key' AS key, details::json->>'state' AS state, occurred_at AS at, subject
       FROM audit_events
      WHERE tenant_id = $1 AND action = 'key.register' AND details::json->>'key' = ANY($2)
      ORDER BY audit_id`,
    [NO_TENANT, labels],
  );
}

async function register(manager: EntityManager, key: RegisteredKey, registrar: Registrar): Promise<void> {
  const { kind, generation, state, fingerprint, fingerprintIv = null, expiresAt } = key;
  const recognised = { state, fingerprint, fingerprintIv, expiresAt };
  const known = await manager.findOneBy(HsmKeyEntity, { kind, generation });
  if (known === null) {
    await manager.insert(HsmKeyEntity, { kind, generation, ...recognised });
    await recordKey(manager, key, { registrar, result: state === 'announced' ? 'announced' : 'registered' });
  } else if (known.state === 'announced') {
    await manager.update(HsmKeyEntity, { kind, generation }, recognised);
    if (state !== 'announced') await recordKey(manager, key, { registrar, result: 'registered' });
  } else if (!known.fingerprint.equals(fingerprint)) {
    throw new Error(`${keyLabel(key)} is registered with another fingerprint: this is not the same key`);
  } else if (known.state === 'retired' && state !== 'retired') {
    // Its register of used envelopes is gone, and values sealed under it may have been given up.
    throw new Error(`${keyLabel(key)} is retired: it is never used again`);
  } else if (known.state !== state || known.expiresAt?.getTime() !== expiresAt?.getTime()) {
    await manager.update(HsmKeyEntity, { kind, generation }, { state, expiresAt });
    await recordKey(manager, key, { registrar, result: 'changed' });
  }
}

async function recordKey(
  manager: EntityManager,
  key: RegisteredKey,
  {
    registrar,
    result,
  }: { readonly registrar: Registrar; readonly result: 'announced' | 'registered' | 'changed' },
): Promise<void> {
  const { state, fingerprint, fingerprintIv, expiresAt } = key;
  const details = {
    key: keyLabel(key),
    state,
    fingerprint: fingerprint.toString('hex'),
    ...(fingerprintIv === undefined ? {} : { fingerprintIv: fingerprintIv.toString('hex') }),
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
  };
  await recordKeyEvent(manager, { action: 'key.register', result, details }, registrar);
}

/** An event of a key besides its registration, for the audit trail; keys concern every tenant. */
export interface KeyEvent {
  /** e.g. key.destroy */
  readonly action: string;
  readonly result: string;
  /** Nothing secret. */
  readonly details: NonNullable<Effect['details']>;
}

export async function recordKeyEvent(
  manager: EntityManager,
  event: KeyEvent,
  registrar: Registrar,
): Promise<void> {
  const place = { tenantId: NO_TENANT, sourceAddress: null, cardId: null, eventNo: null };
  await appendAudit(manager, [{ ...place, ...registrar, requestId: randomUUID(), ...event }]);
}
