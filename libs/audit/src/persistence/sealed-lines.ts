import type { EntityManager } from 'typeorm';
import { AUDIT_ROW_COLUMNS, leafEntry, type AuditRow } from '../leaf.js';
import { LINE_OF_LEAF } from './sql.js';

/** A line with its place in the tree. */
export interface SealedLine {
  readonly leaf: number;
  /** The text that its leaf hashes (after 0x00): JSON without white space. */
  readonly entry: string;
}

export interface LineFilter {
  readonly tenantId: string;
  readonly cardId?: string | undefined;
  /** The first leaf. */
  readonly from: number;
  readonly limit: number;
}

type LineRow = AuditRow & { readonly leaf_no: string };

const JOINED = `audit_leaves l JOIN audit_events e ON ${LINE_OF_LEAF}`;

/** Lines of one tenant, in the order of the tree. */
export async function linesOf(manager: EntityManager, filter: LineFilter): Promise<SealedLine[]> {
  const rows = await manager.query<LineRow[]>(
    `SELECT l.leaf_no, ${AUDIT_ROW_COLUMNS} FROM ${JOINED}
      WHERE l.tenant_id = $1 AND ($2::uuid IS NULL OR l.card_id = $2) AND l.leaf_no >= $3
      ORDER BY l.leaf_no LIMIT $4`,
    [filter.tenantId, filter.cardId ?? null, filter.from, filter.limit],
  );
  return rows.map(lineOf);
}

/** Lines of all tenants, and those without a tenant. */
export async function linesFrom(manager: EntityManager, from: number, limit: number): Promise<SealedLine[]> {
  const rows = await manager.query<LineRow[]>(
    `SELECT l.leaf_no, ${AUDIT_ROW_COLUMNS} FROM ${JOINED} WHERE l.leaf_no >= $1 ORDER BY l.leaf_no LIMIT $2`,
    [from, limit],
  );
  return rows.map(lineOf);
}

function lineOf({ leaf_no: leaf, ...row }: LineRow): SealedLine {
  return { leaf: Number(leaf), entry: leafEntry(row) };
}
