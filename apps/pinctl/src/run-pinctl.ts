import 'reflect-metadata';
import { format } from 'node:util';
import { Command, CommanderError } from 'commander';
import { PinwardError } from '#libs/errors';
import { HsmFault } from '#libs/hsm';
import { CeremonyRefused } from '#libs/key-ceremony';
import { VERSION } from '#libs/program-files';
import { allCommands } from './commands/all-commands.js';
import { explain } from './terminal/explain.js';
import { CannotTell, Refused } from './terminal/refused.js';
import { atTerminal, type Terminal } from './terminal/terminal.js';

const DONE = 0;
const REFUSED = 1;
/** Wrong usage, or a question that could not be asked. */
const USAGE = 2;

/**
 * One command, from its arguments to its exit code.
 *
 * @param args without the program's own name
 */
export async function runPinctl(args: readonly string[], terminal: Terminal): Promise<number> {
  return await atTerminal(terminal, async () => {
    try {
      await commandLine(terminal).parseAsync(args, { from: 'user' });
      return DONE;
    } catch (fault) {
      return exitCode(fault, terminal);
    }
  });
}

function commandLine({ stdout, stderr }: Terminal): Command {
  const program = new Command('pinctl')
    .version(VERSION, '--version', 'print the version')
    .description("The operators' command line of Pinward. Exit codes: 0 done, 1 refused, 2 wrong usage.")
    .showHelpAfterError('(--help says more)');
  for (const command of allCommands()) program.addCommand(command);
  forEachCommand(program, (command) => {
    // Otherwise Commander would end the process.
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    });
  });
  return program;
}

function forEachCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) forEachCommand(child, change);
}

function exitCode(fault: unknown, { stderr }: Terminal): number {
  // Commander has explained itself already; --help is no error.
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? DONE : USAGE;
  stderr.write(isExplained(fault) ? `pinctl: ${explain(fault)}\n` : `${format(fault)}\n`);
  return fault instanceof CannotTell ? USAGE : REFUSED;
}

/** Errors written for the person at the terminal; any other error is our own fault, and printed whole. */
function isExplained(fault: unknown): fault is Error {
  return [Refused, CannotTell, PinwardError, CeremonyRefused, HsmFault].some((kind) => fault instanceof kind);
}
