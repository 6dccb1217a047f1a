import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The programs of docs/integration that run here. */
export const PROGRAMS_FOLDER = fileURLToPath(new URL('../../docs/integration/', import.meta.url));

const isInPath = (program: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

export const HAS_SHELL_TOOLS = ['curl', 'openssl', 'jq'].every(isInPath);
/** Debian's package belongs to Debian's Python, which need not be the first in PATH. */
export const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import cryptography']).status === 0,
);
/** Java runs a source file where the compiler is. */
export const HAS_JDK = isInPath('javac');

export interface ProgramRun {
  readonly folder?: string;
  readonly settings: Readonly<Record<string, string>>;
}

export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { folder = PROGRAMS_FOLDER, settings }: ProgramRun,
): Promise<string> {
  const env = { PATH: process.env['PATH'], ...settings };
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env });
  return stdout;
}
