import type { EntityManager } from 'typeorm';
import { TOLD, type Loss } from './lines.js';
import { NO_TENANT } from '#libs/requests';

interface ToldKey {
  readonly key: string;
  readonly kind: string;
  readonly generation: number;
  readonly state: 'announced' | 'current' | 'accepted' | 'retired';
  readonly fingerprint: string;
  /** Hexadecimal, for a sealing key whose module makes IVs; null for others. */
  readonly fingerprintIv: string | null;
  readonly expiresAt: string | null;
  /** Its state in the database; null if the database does not know the key. */
  readonly known: ToldKey['state'] | null;
}

const TOLD_KEYS = `${TOLD}, newest AS (
    SELECT DISTINCT ON (details ->> 'key') details ->> 'key' AS key, details
      FROM told WHERE action = 'key.register' ORDER BY details ->> 'key', leaf_no DESC
  ), parts AS (
    SELECT key, regexp_replace(key, '-\\d+$', '') AS kind, substring(key FROM '\\d+$')::int AS generation, details FROM newest
  )
  SELECT p.key, p.kind, p.generation, p.details ->> 'state' AS state, p.details ->> 'fingerprint' AS fingerprint,
         p.details ->> 'fingerprintIv' AS "fingerprintIv",
         p.details ->> 'expiresAt' AS "expiresAt", k.state AS known
    FROM parts p LEFT JOIN hsm_keys k ON k.kind = p.kind AND k.generation = p.generation
   ORDER BY p.kind, p.generation`;

const STEPS = ['announced', 'current', 'accepted', 'retired'] as const;
const TRANSPORT = 'pin-transport';

/**
 * Keys of the ceremonies since the backup, with the fingerprints in their lines: a service does not take up a different
 * key under the same label. A state only goes forward. A transport key is not brought back: its register of used
 * envelopes is lost.
 */
export async function applyKeys(manager: EntityManager, from: number): Promise<Loss[]> {
  const keys = await manager.query<ToldKey[]>(TOLD_KEYS, [from]);
  // First the keys that stop being current: only one of a kind can be.
  for (const key of keys.filter(({ known }) => known !== null)) await goOn(manager, key);
  for (const key of keys.filter(({ known }) => known === null)) await bringBack(manager, key);
  const announced = keys.filter(({ known, state }) => known === null && state === 'announced');
  return [
    ...announced.map(({ key }) => ({
      tenantId: NO_TENANT,
      what: `announced key ${key}`,
      remedy: 'finish its ceremony anew: pinctl keys rotate',
    })),
    {
      tenantId: NO_TENANT,
      what: 'register of used PIN envelopes',
      remedy: 'pinctl keys rotate pin-transport, then pinctl keys retire every older generation --now',
    },
  ];
}

async function goOn(
  manager: EntityManager,
  { kind, generation, state, known, expiresAt }: ToldKey,
): Promise<void> {
  if (known === null || STEPS.indexOf(state) <= STEPS.indexOf(known)) return;
  // The last current one stays current until another is made, since its successor is not brought back.
  if (kind === TRANSPORT && state === 'accepted') return;
  await manager.query(
    'UPDATE hsm_keys SET state = $3, expires_at = coalesce($4::timestamptz, expires_at) WHERE kind = $1 AND generation = $2',
    [kind, generation, state, expiresAt],
  );
}

async function bringBack(
  manager: EntityManager,
  { kind, generation, state, fingerprint, fingerprintIv, expiresAt }: ToldKey,
): Promise<void> {
  if (state === 'announced') return;
  await manager.query(
    `INSERT INTO hsm_keys (kind, generation, state, fingerprint, expires_at, fingerprint_iv)
     SELECT $1, $2, CASE WHEN $1 = '${TRANSPORT}' THEN 'retired'
                         WHEN $3 = 'current' AND EXISTS (SELECT FROM hsm_keys WHERE kind = $1 AND state = 'current')
                         THEN 'accepted' ELSE $3 END, decode($4, 'hex'), $5::timestamptz, decode($6, 'hex')`,
    [kind, generation, state, fingerprint, expiresAt, fingerprintIv],
  );
}
