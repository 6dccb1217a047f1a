import { Command } from 'commander';
import { verifyCards, type CardFinding } from '#libs/audit';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';

export function cardsCommand(): Command {
  const cards = new Command('cards').description('cards and their audited history');
  cards
    .command('verify')
    .description('compares try counter, status and PIN verifier of every card with its audited history')
    .option('--json', 'print JSON')
    .action(verify);
  return cards;
}

const MEANINGS: Readonly<Record<CardFinding['kind'], string>> = {
  'card-missing': 'the trail knows it, the database does not',
  'no-history': 'the trail does not know it',
  'older-than-history': 'older than its history, as after a restore',
  'ahead-of-history': 'written without an audit event',
  'state-differs': 'not as its history leaves it',
  'history-repeated': 'two events claim to be one step',
};

/** Exit code 0: every card agrees with its history. */
async function verify({ json }: { readonly json?: true }): Promise<void> {
  const { databaseUrl } = loadSettings();
  await withDatabase(
    databaseUrl,
    async (dataSource) => {
      const report = await verifyCards(dataSource);
      const { cards, findings } = report;
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
      print(json, report, words);
      if (rows.length > 0)
        throw new Refused(`${rows.length} findings; verify the trail too: pinctl audit verify`);
    },
    0,
  );
}
