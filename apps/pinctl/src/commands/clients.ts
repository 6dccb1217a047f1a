import { Command, InvalidArgumentError } from 'commander';
import { createClient, listClients, revokeClient, rotateSecret } from './client-actions.js';
import { DEFAULT_TENANT } from './default-tenant.js';

export function clientsCommand(): Command {
  const clients = new Command('clients').description('programs and operators that may call the API');
  common(clients.command('create <client-id>'))
    .description('registers a client and prints its secret, once')
    .requiredOption('--scope <scope...>', 'what it may do: scopes of card apps, or of operators, never both')
    .option(
      '--person <name>',
      'the person behind an operator, whom approvals compare; required for operators',
    )
    .option('--allow <range...>', 'addresses it may call from, in CIDR notation; required in production')
    .option('--requests-per-minute <count>', 'its own rate limit instead of the general one', wholeNumber)
    .action(createClient);
  common(clients.command('list'))
    .description('all clients of a tenant, revoked ones too')
    .action(listClients);
  common(clients.command('rotate <client-id>'))
    .description('prints a new secret, once; the one before works until the overlap ends')
    .action(rotateSecret);
  common(clients.command('revoke <client-id>'))
    .description('ends a client for good')
    .option('--yes', 'do not ask')
    .action(revokeClient);
  return clients;
}

function common(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'the tenant it belongs to', DEFAULT_TENANT)
    .option('--json', 'print JSON');
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
