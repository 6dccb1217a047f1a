import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../support/project-root.js';
import type { DevelopmentClient } from '../../../scripts/development/development-clients.js';
import type { TestIdentity } from '../../support/service-process.js';
import type { RecordingRelay } from './recording-relay.js';

const DEMO = join(PROJECT_ROOT, 'dist/scripts/demo.js');
const run = promisify(execFile);

/** What one run of the demo left: its PINs come from the file that it writes for tests. */
export interface PlayedDemo {
  readonly cardId: string;
  readonly pinAccount: string;
  readonly pins: readonly string[];
  /** Of the published transport key, base64url. */
  readonly modulus: string;
  readonly printed: string;
}

export interface DemoScene {
  readonly identity: TestIdentity;
  readonly relay: RecordingRelay;
  readonly clients: readonly DevelopmentClient[];
  readonly manifestPins: readonly string[];
}

/**
 * The compiled demo as a process of its own, against a service behind the relay.
 *
 * @throws Error with what it printed, when a step did not go as it should
 */
export async function playDemo(
  { identity, relay, clients, manifestPins }: DemoScene,
  folder: string,
): Promise<PlayedDemo> {
  const devFile = join(folder, 'dev.json');
  const pinsFile = join(folder, 'pins.json');
  writeFileSync(
    devFile,
    JSON.stringify({ baseUrl: relay.baseUrl, caFile: identity.certificateFile, clients, manifestPins }),
    { mode: 0o600 },
  );
  const { stdout, stderr } = await run(process.execPath, [
    DEMO,
    '--dev-file',
    devFile,
    '--outbox-file',
    identity.outboxFile,
    '--pins-file',
    pinsFile,
  ]);
  const used = JSON.parse(readFileSync(pinsFile, 'utf8')) as Pick<
    PlayedDemo,
    'cardId' | 'pinAccount' | 'pins'
  >;
  const modulus = /"n":"([\w-]{300,})"/.exec(relay.answers.toString('latin1'))?.[1] ?? '';
  return { ...used, modulus, printed: stdout + stderr };
}
