import { Command, InvalidArgumentError } from 'commander';
import { changeClient } from './client-change.js';
import { createClient, listClients, revokeClient, rotateSecret } from './client-actions.js';
import { DEFAULT_TENANT } from './default-tenant.js';
import { makeDemand, rotateKeys, showDemands, withdrawMethod } from './key-actions.js';
import { reasonOption } from './reason.js';

export function clientsCommand(): Command {
  const clients = new Command('clients').description('programs and operators that may call the API');
  withKeys(clients.command('create <client-id>'))
    .description('registers a client and prints its secret, once; with keys or certificates it has none')
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
  common(clients.command('change <client-id>'))
    .description('changes what a client may do, from where, and how often; what is not named stays')
    .option('--scope <scope...>', 'all that it may do from now on')
    .option('--allow <range...>', 'all addresses it may call from, in CIDR notation')
    .option('--allow-any-address', 'it may call from anywhere; never in production')
    .option('--requests-per-minute <count>', 'its own rate limit', wholeNumber)
    .option('--general-rate', 'the general rate limit instead of its own')
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .action(changeClient);
  common(clients.command('rotate <client-id>'))
    .description('prints a new secret, once; the one before works until the overlap ends')
    .action(rotateSecret);
  withKeys(clients.command('rotate-keys <client-id>'))
    .description(
      'registers the first keys or certificates, or others; those before work until the overlap ends',
    )
    .action(rotateKeys);
  common(clients.command('withdraw <client-id> <method>'))
    .description('ends client_secret, private_key_jwt or tls_client_auth of a client at once')
    .option('--yes', 'do not ask')
    .action(withdrawMethod);
  common(clients.command('demands'))
    .description('what the tenant demands of its clients, and since when')
    .action(showDemands);
  common(clients.command('demand'))
    .description('demands how clients prove themselves, and whether tokens must be bound')
    .requiredOption('--method <method...>', 'client_secret, private_key_jwt, tls_client_auth')
    .option('--sender-constrained', 'each token must be bound to a key or a certificate')
    .option('--from <time>', 'RFC 3339; now unless given')
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .action(makeDemand);
  common(clients.command('revoke <client-id>'))
    .description('ends a client for good')
    .option('--yes', 'do not ask')
    .action(revokeClient);
  return clients;
}

function withKeys(command: Command): Command {
  return common(command)
    .option('--keys-file <file>', 'a JWK set of public keys')
    .option('--keys-url <url>', 'https, where the client publishes such a set')
    .option('--certificate-file <file...>', 'PEM, one certificate each');
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
