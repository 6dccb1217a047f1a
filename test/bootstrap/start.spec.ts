import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface DevelopmentFile {
  readonly baseUrl: string;
  readonly caFile: string;
  readonly databaseUrl: string;
  readonly pkcs11: { readonly module: string; readonly tokenLabel: string; readonly softhsm2Conf: string };
  readonly clients: readonly { readonly clientId: string; readonly scopes: readonly string[] }[];
}

let directory: string;
const running = new Set<ChildProcess>();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pinward-start-'));
});

afterAll(async () => {
  await Promise.all([...running].map(stop));
  rmSync(directory, { recursive: true });
});

const pathOf = (...names: readonly string[]) => join(directory, ...names);
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const develop = (): DevelopmentFile =>
  JSON.parse(readFileSync(pathOf('dev.json'), 'utf8')) as DevelopmentFile;

/** npm start with a var/ of its own and a free port. */
function start(env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['scripts/bootstrap.mjs', 'start'], {
    env: { PATH: process.env['PATH'], PINWARD_VAR_DIR: directory, PORT: '0', PINWARD_NO_APT: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let said = '';
  const ready = new Promise<void>((resolve) => {
    const listen = (part: Buffer) => {
      said += part.toString();
      if (said.includes('Ctrl-C stops it')) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
  });
  const ended = once(child, 'close').then(([status]) => {
    running.delete(child);
    return status as number | null;
  });
  const untilReady = () =>
    Promise.race([
      ready,
      ended.then((status) => {
        throw new Error(`npm start ended with ${status}: ${said}`);
      }),
    ]);
  return { child, ended, said: () => said, untilReady };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
}

function readiness({ baseUrl, caFile }: DevelopmentFile): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${baseUrl}/health/ready`, { ca: readFileSync(caFile), agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

/** The command lines of all processes below one. */
function processesBelow(pid: number): readonly string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return children.flatMap((child) => [
    readFileSync(`/proc/${child}/cmdline`, 'utf8').replaceAll('\0', ' '),
    ...processesBelow(Number(child)),
  ]);
}

/** What each process below npm start is; PostgreSQL is one with its own below it. */
const PARTS = {
  service: 'dist/apps/pin-service/src/main.js',
  host: 'pinward-hsm-host',
  postgres: 'postgres',
};

describe('npm start', { timeout: 180_000 }, () => {
  it('makes all it needs, says so in var/dev.json, and stops cleanly', async () => {
    const first = start();
    await first.untilReady();
    const file = develop();
    expect(await readiness(file)).toBe(200);
    expect(file.pkcs11).toMatchObject({ softhsm2Conf: pathOf('softhsm/softhsm2.conf') });
    expect(new URL(file.databaseUrl).username).toBe('pinward_service');
    expect(file.clients[0]?.scopes).toContain('pin:validate');

    expect(modeOf(pathOf('dev.json'))).toBe('600');
    for (const secret of readdirSync(pathOf('secrets')))
      expect(modeOf(pathOf('secrets', secret))).toBe('600');
    for (const name of ['secrets', 'softhsm', 'softhsm/tokens', 'postgres', 'tls']) {
      expect([name, modeOf(pathOf(name))]).toEqual([name, '700']);
    }

    const parts = processesBelow(first.child.pid ?? 0).map(
      (line) => Object.entries(PARTS).find(([, words]) => line.includes(words))?.[0] ?? line,
    );
    expect([...new Set(parts)].toSorted()).toEqual(['host', 'postgres', 'service']);
    expect(parts.filter((part) => part !== 'postgres').toSorted()).toEqual(['host', 'service']);

    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.said()).toContain(`already running in this directory (pid ${first.child.pid})`);
    expect(await readiness(file)).toBe(200);

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(existsSync(pathOf('dev.json'))).toBe(false);
    expect(existsSync(pathOf('postgres/postmaster.pid'))).toBe(false);
  });

  it('keeps keys and certificate, and copes with having been killed', async () => {
    const kept = ['keys.json', 'tls/certificate.pem', 'secrets/clients.json', 'secrets/token-pin'];
    const before = kept.map((name) => readFileSync(pathOf(name), 'utf8'));
    const killed = start();
    await killed.untilReady();
    const orphan = develop();
    killed.child.kill('SIGKILL');
    await killed.ended;
    const answers = () => readiness(orphan).then(Boolean, () => false);
    await expect.poll(answers).toBe(false);

    const next = start();
    await next.untilReady();
    expect(kept.map((name) => readFileSync(pathOf(name), 'utf8'))).toEqual(before);
    expect(await readiness(develop())).toBe(200);
    next.child.kill('SIGINT');
    expect(await next.ended).toBe(0);
  });

  it('makes nothing in production: without settings the service refuses', async () => {
    const untouched = readdirSync(directory).toSorted();
    const production = start({ PINWARD_ENV: 'production' });
    expect(await production.ended).toBe(1);
    expect(production.said()).toContain('DATABASE_URL');
    expect(readdirSync(directory).toSorted()).toEqual(untouched);
  });
});
