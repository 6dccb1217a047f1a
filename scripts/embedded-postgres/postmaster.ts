// The data of a running server in postmaster.pid, and how to end a server.
import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 10_000;

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
  /** Whether it was started with these arguments, without regard to its port. */
  runs(args: readonly string[]): boolean;
}

/**
 * The live server of a cluster, or null. Lines of postmaster.pid: pid, data directory, start time, port, socket
 * directory, address, shared memory key, status (PostgreSQL, src/include/utils/pidfile.h).
 *
 * @param directory real path of the cluster
 * @param expectedPid ignore any other process
 */
export function readPostmaster(directory: string, expectedPid?: number): Postmaster | null {
  const lines = readLock(directory);
  const pid = Number(lines[0]);
  if (!isPostmaster(pid, directory)) return null;
  if (expectedPid !== undefined && pid !== expectedPid) return null;
  return {
    pid,
    port: Number(lines[3]),
    ready: lines[7]?.trim() === 'ready',
    runs(args) {
      const started = join(directory, 'postmaster.opts');
      return (
        existsSync(started) &&
        readFileSync(started, 'utf8').includes(args.map((word) => `"${word}"`).join(' '))
      );
    },
  };
}

/**
 * PostgreSQL removes a dead server's lock itself, unless another process has the number now (or a zombie that nothing
 * reaps, as in a container without init). Shared memory still protects a cluster whose backends live on.
 */
export function removeStaleLock(directory: string): void {
  if (readLock(directory).length > 0 && readPostmaster(directory) === null) {
    rmSync(join(directory, 'postmaster.pid'), { force: true });
  }
}

/** Fast shutdown (SIGINT), then the immediate one (SIGQUIT); never SIGKILL, which leaves backends behind. */
export async function stopPostmaster(
  pid: number,
  directory: string,
  { immediate = false }: { readonly immediate?: boolean } = {},
): Promise<void> {
  if (!immediate && (await endedAfter('SIGINT', FAST_STOP_MS))) return;
  if (await endedAfter('SIGQUIT', IMMEDIATE_STOP_MS)) return;
  throw new Error(`PostgreSQL does not stop (pid ${pid})`);

  async function endedAfter(signal: NodeJS.Signals, patienceMs: number): Promise<boolean> {
    if (!isPostmaster(pid, directory)) return true;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    const deadline = Date.now() + patienceMs;
    while (isPostmaster(pid, directory)) {
      if (Date.now() > deadline) return false;
      await pause(10);
    }
    return true;
  }
}

function readLock(directory: string): readonly string[] {
  try {
    return readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A server's working directory is its cluster; a zombie has none, and a reused pid has another. */
function isPostmaster(pid: number, directory: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === directory;
  } catch {
    return false;
  }
}
