import { Command, InvalidArgumentError, Option } from 'commander';
import { KEY_KINDS } from '#libs/hsm';
import { DEFAULT_TENANT } from './default-tenant.js';
import { abandonKeysCommand } from './keys-abandon.js';
import { initKeysCommand, recordKeysCommand, retireKeyCommand, rotateKeyCommand } from './keys-ceremony.js';
import { listKeys } from './keys-list.js';
import { orphansCommand } from './keys-orphans.js';
import { resealCommand } from './keys-reseal.js';
import { verifyRecordCommand } from './keys-verify-record.js';

export function keysCommand(): Command {
  const keys = new Command('keys').description(
    'the key ceremony: makes, registers, rotates and retires keys of the HSM',
  );
  asking(keys.command('init'))
    .description('makes and registers a first key of every kind that has none')
    .addOption(role())
    .option('--transport-bits <bits>', 'modulus of pin-transport: 2048, 3072, 4096', bits, 3072)
    .action(initKeysCommand);
  keys
    .command('list')
    .description('every key: state, age, when it is due, what still needs it; read from the database alone')
    .option('--json', 'print JSON')
    .action(listKeys);
  asking(keys.command('rotate <kind>'))
    .description(
      `makes the next key while services run, which take it up by themselves; an interrupted run goes on. Kinds: ${KEY_KINDS.join(', ')}`,
    )
    .addOption(role())
    .option('--prepare', 'register the new key and stop; a later run makes it current')
    .option(
      '--grace-hours <hours>',
      'how long envelopes under the old pin-transport key are accepted',
      hours,
      24,
    )
    .option('--transport-bits <bits>', 'modulus of pin-transport: 2048, 3072, 4096', bits, 3072)
    .action(rotateKeyCommand);
  asking(keys.command('retire <key>'))
    .description('ends a key that nothing needs any more, e.g. pin-transport-3')
    .option('--now', 'a pin-transport key before its grace period is over, e.g. after a restored backup')
    .option('--destroy', 'destroy it on the token as well')
    .option('--no-record', 'write none, where the token is out of reach')
    .action(retireKeyCommand);
  asking(keys.command('abandon <keys...>'))
    .description(
      'gives up keys that the HSM has lost, and makes their successors; asked for by one, done by another',
    )
    .option('--reason <text>', 'what happened; for the record, from the one who asks')
    .option(
      '--as <client>',
      'as the person of this client, whose secret is asked for; else the login of this machine',
    )
    .option('--tenant <tenant>', 'whose client it is', DEFAULT_TENANT)
    .option('--withdraw', 'take back what is asked for')
    .option('--even-held', 'also where the token holds such a key')
    .addOption(role())
    .option('--transport-bits <bits>', 'modulus of pin-transport: 2048, 3072, 4096', bits, 3072)
    .action(abandonKeysCommand);
  asking(keys.command('orphans'))
    .description('where token and database differ: keys that only one of them knows; uses no key')
    .option('--remove <key>', 'destroy a key that the database does not know, or has retired')
    .action(orphansCommand);
  recorded(keys.command('record'))
    .description('writes a signed record of every usable key as it is on the token and registered')
    .action(recordKeysCommand);
  keys
    .command('reseal <kind>')
    .description(
      'moves stored values to the current key: card-vault, lookup, secrets; can be interrupted and goes on',
    )
    .option('--json', 'print JSON')
    .action(resealCommand);
  keys
    .command('verify-record <file>')
    .description('checks the signature of a ceremony record and prints what it says')
    .option(
      '--keys <file>',
      "verifier keys, one a line; otherwise the kept checkpoint's, and the record's own where the database has registered it",
    )
    .action(verifyRecordCommand);
  return keys;
}

function role(): Option {
  const parts = 'officer: the trusted wrapping key; user: all else, and the registration; both otherwise';
  return new Option('--role <role>', parts).choices(['officer', 'user']);
}

function recorded(command: Command): Command {
  return command
    .option('--participant <name...>', 'persons who take part besides the one logged in, for the record')
    .option('--record <file>', 'where the signed record goes; key-ceremony-<time>.txt otherwise')
    .option('--json', 'print JSON');
}

/** Asks before it makes something that cannot be taken back. */
function asking(command: Command): Command {
  return recorded(command).option('--yes', 'do not ask');
}

function bits(text: string): number {
  if (!['2048', '3072', '4096'].includes(text))
    throw new InvalidArgumentError('It must be 2048, 3072 or 4096.');
  return Number(text);
}

function hours(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of hours.');
  return Number(text);
}
