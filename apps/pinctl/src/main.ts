import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { PinwardError } from '#libs/errors';
import { auditCommand } from './commands/audit.js';
import { cardsCommand } from './commands/cards.js';
import { clientsCommand } from './commands/clients.js';
import { tenantsCommand } from './commands/tenants.js';
import { explain } from './terminal/explain.js';
import { Refused } from './terminal/refused.js';

const REFUSED = 1;
const USAGE = 2;

const program = new Command('pinctl')
  .description("The operators' command line of Pinward. Exit codes: 0 done, 1 refused, 2 wrong usage.")
  .showHelpAfterError('(--help says more)');
for (const command of [clientsCommand(), tenantsCommand(), cardsCommand(), auditCommand()])
  program.addCommand(command);
throwInsteadOfExiting(program);

try {
  await program.parseAsync();
} catch (fault) {
  process.exitCode = exitCode(fault);
}

function exitCode(fault: unknown): number {
  // Commander has explained itself already; --help is no error.
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : USAGE;
  const told = fault instanceof Refused || fault instanceof PinwardError;
  console.error(told ? `pinctl: ${explain(fault)}` : fault);
  return REFUSED;
}

function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExiting(child);
}
