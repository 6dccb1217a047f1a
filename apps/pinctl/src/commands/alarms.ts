import { Command, Option } from 'commander';
import { ALARM_STATES, alarmView, findAlarms, type AlarmView } from '#libs/alarms';
import { withRegistries } from '../registries.js';
import { print } from '../terminal/print.js';
import { table } from '../terminal/table.js';
import { refuseUnknownTenant } from './client-actions.js';
import { DEFAULT_TENANT } from './default-tenant.js';

interface Options {
  readonly tenant: string;
  readonly state?: (typeof ALARM_STATES)[number];
  readonly json?: true;
}

const AT_MOST = 1_000;

export function alarmsCommand(): Command {
  const alarms = new Command('alarms').description(
    'far more wrong PINs, locks or refusals than usual, by client and tenant (docs/alarms.md)',
  );
  alarms
    .command('list')
    .description('alarms, newest first; a pause is released with pinctl brakes release')
    .addOption(new Option('--state <state>', 'such alarms alone').choices(ALARM_STATES))
    .option('--tenant <tenant>', 'the tenant it concerns', DEFAULT_TENANT)
    .option('--json', 'print JSON')
    .action(listAlarms);
  return alarms;
}

async function listAlarms({ tenant, state, json }: Options): Promise<void> {
  await withRegistries(async (registries) => {
    await refuseUnknownTenant(registries, tenant);
    const { items } = await findAlarms(registries.dataSource.manager, tenant, { state, limit: AT_MOST });
    const alarms = items.map((alarm) => alarmView(alarm));
    const head = ['ALARM', 'KIND', 'CLIENT', 'SINCE', 'COUNT', 'USUALLY', 'WINDOW', 'ENDED', 'PAUSE'];
    print(
      json,
      alarms,
      table(
        head,
        alarms.map((alarm) => row(alarm)),
      ),
    );
  });
}

function row({ alarmId, kind, since, count, usual, windowSeconds, ...alarm }: AlarmView): string[] {
  const { clientId = 'all', endedAt = 'open', brakeId = '-' } = alarm;
  const window = `${windowSeconds / 60} min`;
  return [alarmId, kind, clientId, since, String(count), String(usual), window, endedAt, brakeId];
}
