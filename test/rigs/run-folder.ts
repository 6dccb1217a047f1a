import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, rename, rm } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const RUN_FOLDER = 'pinward-test-run-';

/** The folder that test files of one run share, named after the run's process; its global set-up removes it. */
export function runFolder(run: number): string {
  return join(tmpdir(), `${RUN_FOLDER}${run}`);
}

/**
 * A folder that is made once in a run, by the first test file that needs it, and then copied.
 *
 * @param make fills an empty folder. The folder is moved to its place when it is complete, so no process sees half of
 * it
 */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(runFolder(process.ppid), name);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(`${folder}-draft-`);
  await make(draft);
  try {
    await rename(draft, folder);
  } catch {
    // Another process was first; its folder is just as good.
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
