import { Command, InvalidArgumentError, Option } from 'commander';
import { CARD_OUTCOMES } from '#libs/incidents';
import { DEFAULT_TENANT } from './default-tenant.js';
import {
  cancelIncidentCommand,
  listIncidents,
  previewIncident,
  restoreIncident,
  showCards,
  showIncident,
  watchIncident,
} from './incident-actions.js';
import { reportIncident, verifyReport } from './incident-report.js';
import { reasonOption } from './reason.js';

export function incidentsCommand(): Command {
  const incidents = new Command('incidents').description(
    'cards that one bad release has locked: find them, restore them together, prove it (docs/incidents.md)',
  );
  common(incidents.command('preview'))
    .description('finds the cards that such tries have locked, and what would be kept out; changes no card')
    .requiredOption('--from <time>', 'the wrong tries were made from here; RFC 3339, UTC', time)
    .requiredOption('--to <time>', 'until here; past, and 7 days later at most', time)
    .option('--client <client-id>', 'the client that spent the tries')
    .option('--source <range...>', 'where they came from, in CIDR notation; a client or a source is required')
    .option('--locked-from <time>', 'the card was locked from here', time)
    .option('--locked-to <time>', 'until here', time)
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .action(previewIncident);
  common(incidents.command('restore <incident-id>'))
    .description('gives the cards of a preview their tries back, and takes back the failures of its window')
    .option('--yes', 'do not ask')
    .action(restoreIncident);
  common(incidents.command('watch <incident-id>'))
    .description('shows the progress until it ends')
    .action(watchIncident);
  common(incidents.command('list')).description('all incidents, newest first').action(listIncidents);
  common(incidents.command('show <incident-id>'))
    .description('filter, persons, counts, what is kept out and why, some cards')
    .action(showIncident);
  common(incidents.command('cards <incident-id>'))
    .description('every card of it, with what became of it')
    .addOption(new Option('--outcome <outcome>', 'such cards alone').choices(CARD_OUTCOMES))
    .action(showCards);
  common(incidents.command('cancel <incident-id>'))
    .description('restores no further card; those that were stay so')
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .action(cancelIncidentCommand);
  incidents
    .command('report <incident-id>')
    .description('writes the report of one that has ended, signed inside the HSM, and its cards')
    .requiredOption('--out <file>', 'where it goes; the cards go to <file>.cards')
    .option('--tenant <tenant>', 'the tenant it concerns', DEFAULT_TENANT)
    .action(reportIncident);
  incidents
    .command('verify-report <file>')
    .description('checks the signature of a report, and the cards beside it; needs neither database nor HSM')
    .option('--keys <file>', "verifier keys, one a line; otherwise the kept checkpoint's")
    .option('--cards <file>', 'the cards; <file>.cards otherwise, if it is there')
    .action(verifyReport);
  return incidents;
}

function common(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'the tenant it concerns', DEFAULT_TENANT)
    .option('--json', 'print JSON');
}

function time(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? new Date(text) : new Date(NaN);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2026-11-30T08:00:00Z.');
  return at.toISOString();
}
