// @ts-check
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { warn } from './terminal.mjs';

/** A TMPDIR that does not exist would fail wherever a temporary file is made; whatever is started here inherits it. */
export function useTemporaryDirectory(env = process.env) {
  const wanted = tmpdir();
  if (existsSync(wanted)) return;
  warn([`The temporary directory ${wanted} (TMPDIR) does not exist; /tmp is used.`]);
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) delete env[name];
}
