import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MODULE_VARIABLES } from '../support/module-variables.js';
import { PROJECT_ROOT } from '../support/project-root.js';

const ENTRY = join(PROJECT_ROOT, 'dist/apps/pinctl/src/main.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The compiled command line as a process of its own, with this environment and no other. See run-pinctl.ts for what needs none.
 *
 * @param input what is typed, or what makes it once something is asked
 */
export async function pinctlProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string | (() => Promise<string>) = '',
): Promise<Outcome> {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    env: { HSM_ENVIRONMENT: MODULE_VARIABLES, ...environment },
  });
  const asked = typeof input === 'string' ? Promise.resolve(input) : once(child.stderr, 'data').then(input);
  const typed = asked.then((line) => child.stdin.end(line));
  const ended = [text(child.stdout), text(child.stderr), once(child, 'close'), typed] as const;
  const [stdout, stderr] = await Promise.all(ended);
  return { code: child.exitCode, stdout, stderr };
}
