// @ts-check
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { warn } from './terminal.mjs';

/**
 * With a TMPDIR that does not exist, every temporary file would fail; all programs that are started here inherit it.
 */
export function useTemporaryDirectory(env = process.env) {
  const wanted = tmpdir();
  if (existsSync(wanted)) return;
  warn([`The temporary directory ${wanted} (TMPDIR) does not exist; /tmp is used.`]);
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) delete env[name];
}
