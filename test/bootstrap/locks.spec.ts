import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lock, tryLock } from '../../scripts/bootstrap/locks.mjs';

let directory: string;
let file: string;
let holder: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pinward-lock-'));
  file = join(directory, 'the.lock');
});

afterEach(() => {
  holder?.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

/** Another process that takes the lock and keeps it. */
async function holdElsewhere(): Promise<ChildProcess> {
  const script = `
    const { tryLock } = await import(${JSON.stringify(resolve('scripts/bootstrap/locks.mjs'))});
    process.stdout.write('release' in (await tryLock(${JSON.stringify(file)})) ? 'held' : 'refused');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holder = child;
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('held');
  return child;
}

describe('a lock of the checkout', () => {
  it('is held by one process at a time, and says by whom', async () => {
    const child = await holdElsewhere();
    expect(await tryLock(file)).toEqual({ heldBy: String(child.pid) });
  });

  it('is free as soon as its holder is killed', async () => {
    const child = await holdElsewhere();
    const waitedFor: string[] = [];
    const mine = lock(file, (pid) => {
      waitedFor.push(pid);
      child.kill('SIGKILL');
    });
    (await mine).release();
    expect(waitedFor).toEqual([String(child.pid)]);
  });

  it('can be taken again after it was released', async () => {
    const first = await tryLock(file);
    expect(await tryLock(file)).toHaveProperty('heldBy');
    if (!('release' in first)) throw new Error('was not free');
    first.release();
    expect(await tryLock(file)).toHaveProperty('release');
  });
});
