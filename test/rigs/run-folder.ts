import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, rename, rm } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const RUN_FOLDER = 'pinward-test-run-';

/** What test files of one run share is named after the process of the run; its global set-up removes it. */
export function runFolder(run: number): string {
  return join(tmpdir(), `${RUN_FOLDER}${run}`);
}

/**
 * A folder that is made once in a run, whichever test file comes first, to be copied from.
 *
 * @param make fills an empty folder. It is moved to its place when it is whole, so that no process sees half of it
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
    // Another process was first; what it made is as good.
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
