import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { PinwardError } from '#libs/errors';
import { HsmFault } from '#libs/hsm';
import { CeremonyRefused } from '#libs/key-ceremony';
import { VERSION } from '#libs/program-files';
import { allCommands } from './commands/all-commands.js';
import { explain } from './terminal/explain.js';
import { CannotTell, Refused } from './terminal/refused.js';

const REFUSED = 1;
/** Wrong usage, or a question that could not be put. */
const USAGE = 2;

const program = new Command('pinctl')
  .version(VERSION, '--version', 'print the version')
  .description("The operators' command line of Pinward. Exit codes: 0 done, 1 refused, 2 wrong usage.")
  .showHelpAfterError('(--help says more)');
for (const command of allCommands()) program.addCommand(command);
throwInsteadOfExiting(program);

try {
  await program.parseAsync();
} catch (fault) {
  process.exitCode = exitCode(fault);
}

function exitCode(fault: unknown): number {
  // Commander has explained itself already; --help is no error.
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : USAGE;
  console.error(isExplained(fault) ? `pinctl: ${explain(fault)}` : fault);
  return fault instanceof CannotTell ? USAGE : REFUSED;
}

/** What is written for the person at the terminal; anything else is a fault of ours, and shown whole. */
function isExplained(fault: unknown): fault is Error {
  return [Refused, CannotTell, PinwardError, CeremonyRefused, HsmFault].some((kind) => fault instanceof kind);
}

function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExiting(child);
}
