import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DevelopmentClient } from '../../scripts/development/development-clients.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import type { TestIdentity } from './test-identity.js';

const DEMO = join(PROJECT_ROOT, 'dist/scripts/demo.js');
const run = promisify(execFile);

export interface DemoScene {
  /** The URL of the service, or of a relay in front of it. */
  readonly baseUrl: string;
  readonly identity: TestIdentity;
  readonly clients: readonly DevelopmentClient[];
  readonly manifestPins: readonly string[];
}

/**
 * Runs the compiled demo as a process.
 *
 * @param folder for the files that `npm start` would leave for it
 * @returns all of its output
 * @throws Error with its output, when a step failed
 */
export async function runDemo(
  { baseUrl, identity, clients, manifestPins }: DemoScene,
  folder: string,
  more: readonly string[] = [],
): Promise<string> {
  const devFile = join(folder, 'dev.json');
  const scene = { baseUrl, caFile: identity.certificateFile, clients, manifestPins };
  writeFileSync(devFile, JSON.stringify(scene), { mode: 0o600 });
  const files = ['--dev-file', devFile, '--outbox-file', identity.outboxFile];
  const { stdout, stderr } = await run(process.execPath, [DEMO, ...files, ...more]);
  return stdout + stderr;
}
