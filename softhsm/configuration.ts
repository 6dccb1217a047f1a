import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a missing SoftHSM2 configuration and token directory, and lets this process use them: the module reads
 * SOFTHSM2_CONF when it is initialised.
 */
export function softHsmConfiguration(file: string, tokenDirectory: string | undefined): void {
  const path = resolve(file);
  if (!existsSync(path)) {
    if (tokenDirectory === undefined) throw new Error(`--token-dir is missing, and ${file} does not exist`);
    const tokens = resolve(tokenDirectory);
    mkdirSync(tokens, { recursive: true, mode: 0o700 });
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, softHsmConf(tokens), { mode: 0o600 });
  }
  process.env['SOFTHSM2_CONF'] = path;
}

/** softhsm2.conf(5). */
function softHsmConf(tokenDirectory: string): string {
  return [
    `directories.tokendir = ${tokenDirectory}`,
    'objectstore.backend = file',
    'log.level = ERROR',
    'slots.removable = false',
    'slots.mechanisms = ALL',
    'library.reset_on_fork = false',
    '',
  ].join('\n');
}
