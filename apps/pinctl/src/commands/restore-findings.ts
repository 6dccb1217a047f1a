import type { DataSource } from 'typeorm';
import { compareWithKept, isOwnCluster, newestHead, type Comparison } from '#libs/audit';
import { isReadOnly } from '#libs/database';
import type { KeptCheckpoint } from './kept-checkpoint.js';

/** What prevents serving, and what is only information. */
export interface Found {
  readonly words: readonly string[];
  /** What to do before the next step; null for nothing. */
  readonly todo: string | null;
}

/** 1. The database against the kept checkpoint. `isDone`: nothing has to be put back. */
export async function findCheckpoint(
  owner: DataSource,
  kept: KeptCheckpoint,
): Promise<Found & { readonly isDone: boolean }> {
  if (await isReadOnly(owner))
    return {
      isDone: false,
      words: ['The database takes no writes: it is a standby.'],
      todo: 'promote it, fence the old primary, then begin again',
    };
  const head = await newestHead(owner.manager);
  const sealed = `The database holds ${head?.size ?? 0} signed events${head === null ? '' : `, the newest head of ${head.signedAt.toISOString()}`}.`;
  const own = await isOwnCluster(owner.manager);
  const moved = own ? [] : ['It comes from another database cluster.'];
  if (kept.note === null) {
    const words = [sealed, ...moved, 'No checkpoint is kept: nobody can tell what is missing.'];
    return { isDone: head === null && own, words, todo: null };
  }
  const { note, origin, keys } = kept;
  const comparison = await compareWithKept(owner.manager, { note, origin, keys });
  const isDone = comparison.outcome === 'consistent' && own;
  return { isDone, words: [sealed, ...moved, comparisonWords(comparison)], todo: todoOf(comparison) };
}

function comparisonWords(comparison: Comparison): string {
  switch (comparison.outcome) {
    case 'consistent':
      return 'It is the one of the kept checkpoint.';
    case 'truncated':
      return `The kept checkpoint has ${comparison.keptSize}: ${comparison.keptSize - comparison.size} events are missing.`;
    case 'forked':
      return 'Its first events are not those of the kept checkpoint.';
    case 'unreadable':
      return `The kept checkpoint cannot be used: ${comparison.reason}.`;
    case 'nothing-kept':
      return 'No checkpoint is kept.';
  }
}

function todoOf({ outcome }: Comparison): string | null {
  if (outcome === 'forked')
    return 'keep the database as it is and investigate: no restore does this, it was changed by hand (pinctl audit verify)';
  return outcome === 'unreadable' ? 'find the checkpoint and the keys of this trail (AUDIT_ORIGIN)' : null;
}

interface TransportKey {
  readonly generation: number;
  readonly state: string;
  /** Registered since the restore: nothing is sealed while the service refuses. */
  readonly isNew: boolean;
}

const TRANSPORT_KEYS = `
SELECT k.generation, k.state,
       EXISTS (SELECT FROM audit_events e
                WHERE e.tenant_id = '*' AND e.action = 'key.register' AND e.result IN ('registered', 'announced')
                  AND e.details::json ->> 'key' = 'pin-transport-' || k.generation
                  AND NOT EXISTS (SELECT FROM audit_leaves l WHERE l.tenant_id = e.tenant_id
                                     AND l.occurred_at = e.occurred_at AND l.audit_id = e.audit_id)) AS "isNew"
  FROM hsm_keys k WHERE k.kind = 'pin-transport' AND k.state <> 'retired' ORDER BY k.generation`;

/** 2. Envelopes that were captured since the backup: their register is lost, so their key must be retired. */
export async function findTransportKeys(owner: DataSource): Promise<Found> {
  const keys = await owner.query<TransportKey[]>(TRANSPORT_KEYS);
  const words = keys.map(
    ({ generation, state, isNew }) =>
      `pin-transport-${generation} is ${state}, ${isNew ? 'made since the restore' : 'older than the restore'}.`,
  );
  const old = keys.filter(({ isNew }) => !isNew);
  if (old.length === 0) return { words, todo: null };
  const hasNew = keys.some(({ isNew, state }) => isNew && state === 'current');
  const retire = old.map(({ generation }) => `pinctl keys retire pin-transport-${generation} --now`);
  const steps = [...(hasNew ? [] : ['pinctl keys rotate pin-transport']), ...retire];
  return { words, todo: `envelopes captured since the backup would be taken again: ${steps.join('; ')}` };
}

/** 5. The receivers of the trail from now on. */
export async function findStreams(owner: DataSource): Promise<Found> {
  const rows = await owner.query<{ sink: string; next: string }[]>(
    'SELECT sink, next_leaf AS next FROM trail_streams ORDER BY sink',
  );
  const words = rows.map(
    ({ sink, next }) => `${sink} is sent what follows event ${next}; some of it a second time.`,
  );
  return rows.length === 0
    ? { words: ['The trail is streamed to nobody: the next fail-over has nothing to put back.'], todo: null }
    : { words, todo: null };
}
