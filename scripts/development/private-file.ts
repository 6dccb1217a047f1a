import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file that only its owner can read; a reader sees the old content or the new, never a part. */
export function writePrivateFile(file: string, content: string): void {
  const fresh = `${file}.${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, content, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}
