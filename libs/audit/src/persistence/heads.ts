import type { EntityManager } from 'typeorm';
import type { Head } from '../tree/proofs.js';

/** A signed tree head as it is stored. */
export interface StoredHead extends Head {
  readonly note: string;
  readonly signedAt: Date;
}

interface HeadRow {
  tree_size: string;
  root_hash: Buffer;
  note: string;
  signed_at: Date;
}

const COLUMNS = 'tree_size, root_hash::bytea, note, signed_at';

export async function newestHead(manager: EntityManager): Promise<StoredHead | null> {
  const [row] = await manager.query<HeadRow[]>(
    `SELECT ${COLUMNS} FROM audit_heads ORDER BY tree_size DESC LIMIT 1`,
  );
  return row === undefined ? null : headOf(row);
}

/** The heads with more leaves than this, smallest first. */
export async function headsAfter(manager: EntityManager, size: number, limit: number): Promise<StoredHead[]> {
  const rows = await manager.query<HeadRow[]>(
    `SELECT ${COLUMNS} FROM audit_heads WHERE tree_size > $1 ORDER BY tree_size LIMIT $2`,
    [size, limit],
  );
  return rows.map(headOf);
}

/** Two processes that sign the same tree sign the same head; the first one stays. */
export async function storeHead(
  manager: EntityManager,
  { size, root, note }: Omit<StoredHead, 'signedAt'>,
): Promise<void> {
  await manager.query(
    'INSERT INTO audit_heads (tree_size, root_hash, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [size, root, note],
  );
}

function headOf({ tree_size, root_hash: root, note, signed_at: signedAt }: HeadRow): StoredHead {
  return { size: Number(tree_size), root, note, signedAt };
}

/**
 * Whether the trail was sealed in this cluster. In another cluster transaction ids begin anew, and no longer show what
 * is sealed.
 */
export async function isOwnCluster(manager: EntityManager): Promise<boolean> {
  const [row] = await manager.query<{ same: boolean }[]>(
    'SELECT cluster = system_identifier AS same FROM audit_sealing, pg_control_system()',
  );
  return row?.same === true;
}
