import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  CLUSTER_NAME,
  startPostgres,
  type EmbeddedPostgres,
} from '../../scripts/embedded-postgres/server.js';

const superuserPassword = 'pass:word/%@';

let folder: string;
let dataDir: string;
let running: EmbeddedPostgres | undefined;
const said: string[] = [];
const log = (line: string): void => void said.push(line);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinward-embedded-'));
  dataDir = join(folder, 'var', 'postgres');
});
afterEach(() => said.splice(0));
afterAll(async () => {
  await running?.stop({ immediate: true });
  await rm(folder, { recursive: true, force: true });
});

async function start(changed: { durable?: boolean; port?: number } = {}): Promise<EmbeddedPostgres> {
  running = await startPostgres({ dataDir, superuserPassword, endsWithParent: true, log, ...changed });
  return running;
}

async function ask(url: string, sql: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: string }>(`SELECT (${sql})::text AS answer`);
    return rows[0]?.answer ?? '';
  } finally {
    await client.end();
  }
}

describe('the embedded server', () => {
  it('makes a durable cluster that listens on the loopback address alone, with a password', async () => {
    const { superuserUrl, host } = await start();
    expect(host).toBe('127.0.0.1');
    const settings = [
      'listen_addresses',
      'unix_socket_directories',
      'cluster_name',
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'timezone',
      'data_checksums',
    ];
    const shown = settings.map((name) => `current_setting('${name}')`).join(` || ' ' || `);
    expect(await ask(superuserUrl, shown)).toBe(`127.0.0.1  ${CLUSTER_NAME} on on on UTC on`);
    expect(
      await ask(
        superuserUrl,
        "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules WHERE type <> 'local'",
      ),
    ).toBe('scram-sha-256');
    const wrong = superuserUrl.replace(encodeURIComponent(superuserPassword), 'wrong');
    await expect(ask(wrong, '1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('is taken over where an earlier process left it running', async () => {
    const left = running;
    const found = await start();
    expect(found.pid).toBe(left?.pid);
    expect(found.port).toBe(left?.port);
    expect(said).toEqual([expect.stringContaining('Taking over')]);
  });

  it('is restarted where it was left with other settings, and keeps its data', async () => {
    await ask(running?.superuserUrl ?? '', "SELECT lo_from_bytea(4711, 'kept')");
    const left = running?.pid;
    const { pid, superuserUrl } = await start({ durable: false });
    expect(pid).not.toBe(left);
    expect(said).toEqual([expect.stringContaining('other settings')]);
    expect(await ask(superuserUrl, "current_setting('fsync') || ' ' || encode(lo_get(4711), 'escape')")).toBe(
      'off kept',
    );
  });

  it('starts again after it was killed, on the port it is given', async () => {
    const { pid, port } = await start();
    process.kill(pid, 'SIGKILL');
    while (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) await setImmediate();
    const again = await start({ port });
    expect(again.port).toBe(port);
    expect(await ask(again.superuserUrl, 'encode(lo_get(4711), $$escape$$)')).toBe('kept');
  });

  it('is not deceived by a lock whose number has gone to another process', async () => {
    await running?.stop();
    await running?.stop();
    await writeFile(
      join(dataDir, 'postmaster.pid'),
      `${process.pid}\n${dataDir}\n1\n5432\n\n127.0.0.1\n1 1\nready   \n`,
    );
    const { pid, superuserUrl } = await start();
    expect(pid).not.toBe(process.pid);
    expect(await ask(superuserUrl, '1')).toBe('1');
  });

  it('leaves alone a directory that is something else', async () => {
    const other = join(folder, 'other');
    await mkdir(other);
    await writeFile(join(other, 'letter.txt'), 'dear');
    await expect(startPostgres({ dataDir: other, superuserPassword })).rejects.toThrow('neither empty nor');
    expect(await readdir(other)).toEqual(['letter.txt']);
  });

  it('says in its own words why it does not start', async () => {
    await running?.stop();
    await writeFile(join(dataDir, 'postgresql.auto.conf'), 'no_such_setting = 1\n');
    await expect(start()).rejects.toThrow('no_such_setting');
  });
});
