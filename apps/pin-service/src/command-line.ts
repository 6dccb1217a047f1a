import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { VERSION } from '#libs/program-files';
import { checkService } from './check/check-service.js';
import { exitCodeOf, report } from './check/finding.js';

const HELP = `Usage: pin-service [--check [--json] | --version | --help]

Without options: serves. All settings are environment variables (docs/configuration.md).

  --check    look at all that a start looks at, serve nothing, print a line a check
  --json     the same as JSON
  --version  print the version
  --help     this text

Exit codes of --check: 0 a start would succeed, 1 it would be refused or not become ready, 2 something could not be
reached. 64: wrong usage.
`;

/** EX_USAGE of sysexits.h. */
const USAGE = 64;

/** Runs a command instead of serving. @returns the exit code */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const options = optionsIn(args);
  if (typeof options === 'string') {
    process.stderr.write(`pin-service: ${options}\n\n${HELP}`);
    return USAGE;
  }
  if (options.help === true) return tell(HELP);
  if (options.version === true) return tell(`${VERSION}\n`);
  // Only the findings go to standard output.
  Logger.overrideLogger(false);
  const findings = await checkService();
  const exitCode = exitCodeOf(findings);
  tell(
    options.json === true ? `${JSON.stringify({ exitCode, findings }, null, 2)}\n` : `${report(findings)}\n`,
  );
  return exitCode;
}

interface Options {
  readonly check?: boolean;
  readonly json?: boolean;
  readonly version?: boolean;
  readonly help?: boolean;
}

function optionsIn(args: readonly string[]): Options | string {
  const flag = { type: 'boolean' } as const;
  try {
    const options = { check: flag, json: flag, version: flag, help: flag };
    const { values } = parseArgs({ args: [...args], options });
    if (values.json === true && values.check !== true) return '--json goes with --check';
    return values;
  } catch (fault) {
    return fault instanceof Error ? fault.message : 'wrong usage';
  }
}

function tell(text: string): number {
  process.stdout.write(text);
  return 0;
}
