import type { EntityManager } from 'typeorm';
import { AUDIT_ROW_COLUMNS, leafEntry, type AuditRow } from '../leaf.js';
import { LINE_OF_LEAF } from './sql.js';

/** A line with its place in the tree. */
export interface SealedLine {
  readonly leaf: number;
  /** The text that its leaf hashes (after 0x00): JSON without white space. */
  readonly entry: string;
}

export type LineRow = AuditRow & { readonly leaf_no: string };

const JOINED = `audit_leaves l JOIN audit_events e ON ${LINE_OF_LEAF}`;

/** @returns null for another tenant's line as well */
export async function lineAt(
  manager: EntityManager,
  tenantId: string,
  leaf: number,
): Promise<SealedLine | null> {
  const [row] = await manager.query<LineRow[]>(
    `SELECT l.leaf_no, ${AUDIT_ROW_COLUMNS} FROM ${JOINED} WHERE l.tenant_id = $1 AND l.leaf_no = $2`,
    [tenantId, leaf],
  );
  return row === undefined ? null : lineOf(row);
}

/** Lines of all tenants, and those without a tenant. */
export async function linesFrom(manager: EntityManager, from: number, limit: number): Promise<SealedLine[]> {
  const rows = await manager.query<LineRow[]>(
    `SELECT l.leaf_no, ${AUDIT_ROW_COLUMNS} FROM ${JOINED} WHERE l.leaf_no >= $1 ORDER BY l.leaf_no LIMIT $2`,
    [from, limit],
  );
  return rows.map(lineOf);
}

export function lineOf({ leaf_no: leaf, ...row }: LineRow): SealedLine {
  return { leaf: Number(leaf), entry: leafEntry(row) };
}
