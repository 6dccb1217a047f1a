import type { DataSource } from 'typeorm';
import type { KeyKind } from '#libs/hsm';
import { REFERENCES, type Reference, type WayOff } from './reference-tables.js';

/** Pages of a table that are looked at, at most: a table of up to 8 MB is counted, of a larger one this much is a sample. */
const PAGES_LOOKED_AT = 1_000;
/** Entries of an index that are looked at, at most. */
const ENTRIES_LOOKED_AT = 10_000;

/** How far the values of the installation, and those of one tenant, have moved away from a generation. */
export interface ReferenceShare {
  readonly what: string;
  readonly wayOff: WayOff;
  /** Every row was looked at; otherwise the numbers are an estimate from a part of them. */
  readonly exact: boolean;
  /**
   * Of the rows of all tenants, whole percent: 0 says that none was found, 100 that no other was. No numbers of rows, which would
   * tell one tenant how many cards another has.
   */
  readonly installationPercent: number;
  /** Rows of the tenant. */
  readonly tenant: {
    readonly rows: number;
    /** With those that name another generation. */
    readonly of: number;
  };
}

interface Look {
  readonly exact: boolean;
  /** What a row that was looked at stands for. */
  readonly weight: number;
  readonly counts: readonly Count[];
}

interface Count {
  readonly generation: number;
  readonly rows: number;
  readonly own: number;
}

/**
 * What still needs each generation of a kind, for a request: it looks at a bounded part of each table.
 *
 * @returns by generation
 */
export async function referenceShares(
  dataSource: DataSource,
  kind: KeyKind,
  { tenantId, generations }: { readonly tenantId: string; readonly generations: readonly number[] },
): Promise<ReadonlyMap<number, readonly ReferenceShare[]>> {
  const looks: (readonly [Reference, Look])[] = [];
  for (const reference of REFERENCES[kind] ?? []) {
    const look =
      reference.index === undefined
        ? await lookAtPages(dataSource, reference, tenantId)
        : await lookAtEntries(dataSource, { ...reference, index: reference.index }, tenantId);
    looks.push([reference, look]);
  }
  const sharesOf = (generation: number) =>
    looks.map(([reference, look]) => share(reference, look, generation));
  return new Map(generations.map((generation) => [generation, sharesOf(generation)]));
}

/** A sample of whole pages, each as likely as the others; all of them where the table is small. */
async function lookAtPages(
  dataSource: DataSource,
  { table, generationColumn, where }: Reference,
  tenantId: string,
): Promise<Look> {
  const [size] = await dataSource.query<{ percent: number }[]>(
    `SELECT LEAST(100, 100.0 * $2 * current_setting('block_size')::float8
                       / GREATEST(pg_relation_size(to_regclass($1)), 1))::float8 AS percent`,
    [`public.${table}`, PAGES_LOOKED_AT],
  );
  const percent = size?.percent ?? 100;
  const counts = await dataSource.query<Count[]>(
    `SELECT ${generationColumn} AS generation, count(*)::float8 AS rows,
            (count(*) FILTER (WHERE tenant_id = $1))::float8 AS own
       FROM ${table} TABLESAMPLE SYSTEM ($2) WHERE ${where} GROUP BY 1`,
    [tenantId, percent],
  );
  return { exact: percent === 100, weight: 100 / percent, counts };
}

/** The entries of an index, up to a bound, whether or not their row still needs a key. */
async function lookAtEntries(
  dataSource: DataSource,
  { table, generationColumn, where, index }: Reference & Required<Pick<Reference, 'index'>>,
  tenantId: string,
): Promise<Look> {
  const all = await dataSource.query<(Count & { readonly entries: number })[]>(
    `SELECT generation, (count(*) FILTER (WHERE needs))::float8 AS rows, count(*)::float8 AS entries,
            (count(*) FILTER (WHERE needs AND tenant_id = $1))::float8 AS own
       FROM (SELECT tenant_id, ${generationColumn} AS generation, ${where} AS needs
               FROM ${table} WHERE ${index.where} ORDER BY ${index.columns} LIMIT $2) AS found
      GROUP BY 1`,
    [tenantId, ENTRIES_LOOKED_AT],
  );
  const entries = all.reduce((sum, count) => sum + count.entries, 0);
  return { exact: entries < ENTRIES_LOOKED_AT, weight: 1, counts: all };
}

function share(
  { what, wayOff }: Reference,
  { exact, weight, counts }: Look,
  generation: number,
): ReferenceShare {
  const sum = (of: (count: Count) => number) => counts.reduce((total, count) => total + of(count), 0);
  const named = counts.find((count) => count.generation === generation);
  return {
    what,
    wayOff,
    exact,
    installationPercent: percentOf(
      named?.rows ?? 0,
      sum(({ rows }) => rows),
    ),
    tenant: {
      rows: Math.round((named?.own ?? 0) * weight),
      of: Math.round(sum(({ own }) => own) * weight),
    },
  };
}

/** 0 and 100 only where it is none, or all. */
function percentOf(part: number, whole: number): number {
  if (part === 0) return 0;
  return part === whole ? 100 : Math.min(99, Math.max(1, Math.round((100 * part) / whole)));
}
