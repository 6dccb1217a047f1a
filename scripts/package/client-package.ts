// Makes @pinward/client: what `npm publish` takes, and what can be installed from a file.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { Explained } from '../bootstrap/terminal.mjs';
import { buildClient, CLIENT, clientManifest } from './build-client.js';

const LICENCE = join(ROOT, 'LICENSE');

/**
 * Writes the package, and prints where.
 *
 * @param directory relative to the root
 */
export async function makeClientPackage(directory = 'release'): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'pinward-client-'));
  const destination = resolve(ROOT, directory);
  try {
    await buildClient(work);
    // It is built: nothing is left to do before it is packed.
    writeFileSync(
      join(work, 'package.json'),
      JSON.stringify({ ...clientManifest(), scripts: undefined }, null, 2),
    );
    cpSync(join(CLIENT, 'README.md'), join(work, 'README.md'));
    cpSync(LICENCE, join(work, 'LICENSE'));
    mkdirSync(destination, { recursive: true });
    const args = ['pack', '--silent', '--pack-destination', destination];
    const { status, stdout } = spawnSync('npm', args, {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 2],
    });
    if (status !== 0) throw new Explained(`npm pack failed (exit status ${status}).`);
    console.log(join(destination, stdout.trim()));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** For `npm pack` and `npm publish` in libs/client. */
export async function prepareClientPackage(): Promise<void> {
  await buildClient(CLIENT);
  cpSync(LICENCE, join(CLIENT, 'LICENSE'));
}
