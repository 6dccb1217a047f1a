import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PROJECT_ROOT } from '../support/project-root.js';

const ENTRY = join(PROJECT_ROOT, 'dist/apps/pinctl/src/main.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled command line as a process of its own, with this environment and no other. */
export async function pinctl(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
): Promise<Outcome> {
  const child = spawn(process.execPath, [ENTRY, ...args], { env: environment });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}
