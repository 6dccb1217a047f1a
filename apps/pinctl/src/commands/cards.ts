import { Command } from 'commander';
import { verifyCards, type CardFinding } from '#libs/audit';
import { acknowledgeLoss } from './acknowledge-loss.js';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';
import { attestationWords } from './attestation-words.js';
import { showCard, unlockCard } from './card-actions.js';
import { importCards } from './cards-import.js';
import { DEFAULT_TENANT } from './default-tenant.js';
import { reasonOption } from './reason.js';
import { withHsmIfAny } from './with-hsm.js';

const IMPORT_HELP = `
The client's secret comes from PINCTL_CLIENT_SECRET or PINCTL_CLIENT_SECRET_FILE; otherwise it is asked for.
Exit codes: 0 every line is a card at the service, 1 lines have failed or the rest was not sent, 2 wrong usage.`;

export function cardsCommand(): Command {
  const cards = new Command('cards').description(
    'cards: show, unlock, import, compare with their audited history',
  );
  cards
    .command('verify')
    .description('compares try counter, status and PIN verifier of every card with its audited history')
    .option('--no-hsm', 'do not ask the HSM whether verifiers are those of its host')
    .option('--json', 'print JSON')
    .action(verify);
  cards
    .command('show <card-id>')
    .description("a card's PIN status and what decides about an unlock; nothing secret")
    .option('--tenant <tenant>', 'the tenant it belongs to', DEFAULT_TENANT)
    .option('--json', 'print JSON')
    .action(showCard);
  cards
    .command('unlock <card-id>')
    .description('gives a locked card its tries back; identify the cardholder first')
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .option('--tenant <tenant>', 'the tenant it belongs to', DEFAULT_TENANT)
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(unlockCard);
  cards
    .command('import <file>')
    .description(
      'registers the cards of a file at a service, one JSON object a line; goes on where an earlier run ended',
    )
    .option('--url <url>', 'the service (PINCTL_URL)')
    .option('--client <client-id>', 'a client with the scope cards:import (PINCTL_CLIENT_ID)')
    .option('--ca <file>', 'PEM of the authority of its certificate, if it is your own (PINCTL_CA_FILE)')
    .option('--report <file>', 'gets the lines that failed, without card data (FILE.failed unless given)')
    .option('--ids <file>', 'gets reference and id of each card')
    .option('--dry-run', 'check the lines here and send nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', IMPORT_HELP)
    .action(importCards);
  cards
    .command('acknowledge-loss')
    .description("takes note, as the schema's owner, of cards that the trail knows and the database has lost")
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(acknowledgeLoss);
  return cards;
}

const MEANINGS: Readonly<Record<CardFinding['kind'], string>> = {
  'card-missing': 'the trail knows it, the database does not',
  'no-history': 'the trail does not know it',
  'older-than-history': 'older than its history, as after a restore',
  'ahead-of-history': 'written without an audit event',
  'state-differs': 'not as its history leaves it',
  'history-repeated': 'two events claim to be one step',
  'verifier-replaced': 'another PIN verifier, not attested by the HSM host',
  'verdict-on-other-verifier': 'a verdict on another PIN verifier than its own',
  'counts-differ': 'tries or failures do not follow from the event before',
  'restored-too-often': 'restored by incidents more often than is allowed without a success',
  'restored-without-incident': 'restored by no incident that the trail knows',
  'verifier-unattested': 'a stored PIN verifier without the word of the HSM host',
  'verifier-forged': 'a stored PIN verifier that the HSM host did not attest for this place',
};

/** Exit code 0: every card agrees with its history. */
async function verify(options: { readonly hsm?: boolean; readonly json?: true }): Promise<void> {
  const { databaseUrl } = loadSettings();
  await withDatabase(
    databaseUrl,
    async (dataSource) => {
      const report = await withHsmIfAny(dataSource, options, (hsm) => verifyCards(dataSource, hsm));
      const { cards, lostCards, findings } = report;
      const rows = findings.map(({ kind, tenantId, cardId, differs }) => [
        tenantId,
        cardId,
        MEANINGS[kind],
        differs.join(', '),
      ]);
      const words =
        rows.length === 0
          ? `${cards} cards: all as their history leaves them.`
          : table(['TENANT', 'CARD', 'FINDING', 'DIFFERS'], rows);
      const lost = lostCards === 0 ? [] : [`${lostCards} cards more are lost, as the trail tells.`];
      print(
        options.json,
        report,
        [words, ...lost, ...attestationWords(report.attestation, 'PIN verifiers')].join('\n'),
      );
      if (rows.length > 0)
        throw new Refused(`${rows.length} findings; verify the trail too: pinctl audit verify`);
    },
    0,
  );
}
