import { Argument, Command } from 'commander';
import { listBrakes, pullBrake, releaseBrake } from './brake-actions.js';
import { DEFAULT_TENANT } from './default-tenant.js';
import { reasonOption } from './reason.js';
import { BRAKE_KINDS } from '#libs/requests';

export function brakesCommand(): Command {
  const brakes = new Command('brakes').description(
    'emergency brakes: stop a client, a card, one operation or everything, and let it go again',
  );
  common(brakes.command('list')).description('what is stopped now').action(listBrakes);
  common(brakes.command('pull'))
    .description('stops it on every replica, before this command ends')
    .addArgument(new Argument('<kind>', 'what to stop').choices(BRAKE_KINDS))
    .argument('[target]', 'client id, card id, or operation such as pin.validate; none for everything')
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .option('--all-tenants', 'an operation or everything, of all tenants')
    .action(pullBrake);
  common(brakes.command('release <brake-id>'))
    .description('lets go again')
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .option('--all-tenants', 'one that was pulled for all tenants')
    .option('--yes', 'do not ask')
    .action(releaseBrake);
  return brakes;
}

function common(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'the tenant it concerns', DEFAULT_TENANT)
    .option('--json', 'print JSON');
}
