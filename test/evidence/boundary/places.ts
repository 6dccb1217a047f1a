import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type NeedleSet, scanProcess, type Needle } from '../../rigs/memory-scan.js';

/** Bytes to be searched, and where they were found: a function's output, a table's column, a file. */
export interface Piece {
  readonly where: string;
  readonly bytes: Buffer;
}

export interface Finding {
  /** Name of the needle; its bytes are never repeated. */
  readonly needle: string;
  readonly where: string;
}

/** Also what lies across the seam of two pieces is found. */
export function searchPieces(pieces: Iterable<Piece>, needles: NeedleSet): readonly Finding[] {
  const search = needles.stream();
  return Array.from(pieces).flatMap(({ where, bytes }) =>
    search(bytes).map(({ needle }) => ({ needle, where })),
  );
}

/** A memory image that is nearly empty proves nothing. A Node process touches several times as much. */
const LEAST_IMAGE_BYTES = 40 << 20;
const MOST_UNREADABLE_BYTES = 1 << 20;

/** @throws Error when too little of the process could be read */
export function searchMemory(
  pid: number,
  needles: readonly Needle[],
): { readonly findings: readonly Finding[]; readonly scannedBytes: number } {
  const { hits, scannedBytes, unreadableBytes } = scanProcess(pid, needles);
  if (scannedBytes < LEAST_IMAGE_BYTES || unreadableBytes > MOST_UNREADABLE_BYTES) {
    throw new Error(`the image has ${scannedBytes} bytes, and ${unreadableBytes} cannot be read`);
  }
  return { findings: hits.map(({ needle, range }) => ({ needle, where: range })), scannedBytes };
}

const COLUMNS = `
  SELECT format('%I.%I', table_schema, table_name) AS relation, quote_ident(column_name) AS name
  FROM information_schema.columns
  WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
  ORDER BY table_schema, table_name, ordinal_position`;

/** Every value of every table of every schema as text, column by column, so that nothing is quoted or escaped. */
export async function databaseDump(superuserUrl: string): Promise<readonly Piece[]> {
  return await withClient(superuserUrl, async (client) => {
    const { rows: columns } = await client.query<{ relation: string; name: string }>(COLUMNS);
    const pieces: Piece[] = [];
    for (const { relation, name } of columns) {
      const { rows } = await client.query<{ value: string | null }>(
        `SELECT ${name}::text AS value FROM ${relation}`,
      );
      const text = rows.map(({ value }) => value ?? '').join('\n');
      pieces.push({ where: `${relation}.${name}`, bytes: Buffer.from(`${text}\n`) });
    }
    return pieces;
  });
}

/** What the database left on the disk: its tables and indexes, the write-ahead log, the server's log. */
export async function databaseFiles(superuserUrl: string): Promise<readonly Piece[]> {
  const { folder, oid } = await withClient(superuserUrl, async (client) => {
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{ folder: string; oid: string }>(
      `SELECT current_setting('data_directory') AS folder, oid::text FROM pg_database WHERE datname = current_database()`,
    );
    return rows[0] ?? { folder: '', oid: '' };
  });
  const log = { where: 'server.log', bytes: readFileSync(join(folder, 'server.log')) };
  return [log, ...filesOf(folder, `base/${oid}`), ...filesOf(folder, 'pg_wal')];
}

function filesOf(folder: string, under: string): readonly Piece[] {
  return readdirSync(join(folder, under))
    .map((name) => ({ where: join(under, name), path: join(folder, under, name) }))
    .filter(({ path }) => statSync(path).isFile())
    .map(({ where, path }) => ({ where, bytes: readFileSync(path) }));
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
