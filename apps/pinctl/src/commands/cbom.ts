import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { isUuid } from '#libs/database';
import { writeInventory } from '../cbom/inventory.js';
import { loadSettings } from '../config/settings.js';
import { loadTlsSettings } from '../config/tls-settings.js';
import { inOneGo } from '../config/in-one-go.js';
import { withDatabase } from '../database.js';
import { printText } from '../terminal/print.js';
import { told } from '../terminal/told.js';

export function cbomCommand(): Command {
  return new Command('cbom')
    .description(
      'prints the inventory of cryptography as CycloneDX 1.7: keys, algorithms, protocols, certificates, libraries; never a value',
    )
    .option('--no-hsm', 'do not log in to the token: lengths of RSA keys and the module are then missing')
    .option('--serial <uuid>', "the inventory's serial number, instead of a random one", uuid)
    .option('--timestamp <time>', 'the time to print and to count ages to, instead of now', time)
    .addHelpText(
      'after',
      '\nWhat could not be looked at is in properties pinward:missing, and told on standard error.',
    )
    .action(printInventory);
}

interface CbomOptions {
  readonly hsm: boolean;
  readonly serial?: string;
  readonly timestamp?: Date;
}

async function printInventory({ hsm, serial, timestamp }: CbomOptions): Promise<void> {
  const [{ databaseUrl }, tls] = inOneGo(loadSettings, loadTlsSettings);
  await withDatabase(
    databaseUrl,
    async (dataSource) => {
      const { bom, told: sentences } = await writeInventory(dataSource, {
        tls,
        hsm,
        serial: serial ?? randomUUID(),
        timestamp: timestamp ?? new Date(),
      });
      sentences.forEach(told);
      printText(JSON.stringify(bom, null, 2));
    },
    0,
  );
}

function uuid(text: string): string {
  if (isUuid(text)) return text;
  throw new InvalidArgumentError('It must be a UUID in lower case.');
}

function time(text: string): Date {
  const date = new Date(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text) && !Number.isNaN(date.getTime());
  // A day that the month does not have would become one of the next month.
  if (isTime && date.toISOString() === text.replace('Z', '.000Z')) return date;
  throw new InvalidArgumentError('It must be a time such as 2026-11-27T07:03:00Z.');
}
