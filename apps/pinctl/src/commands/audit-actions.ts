import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { expireMonth, exportTrail, reconcileTrail, type Actor, type ExpireResult } from '#libs/audit';
import { NO_TENANT } from '#libs/database';
import { loadSettings } from '../config/settings.js';
import { withDatabase, withOwner } from '../database.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { keptCheckpoint } from './kept-checkpoint.js';

interface Confirmed {
  readonly yes?: true;
  readonly json?: true;
}

export async function exportAudit({ from }: { readonly from: number }): Promise<void> {
  const { databaseUrl } = loadSettings();
  await withDatabase(databaseUrl, async (dataSource) => {
    for await (const line of exportTrail(dataSource, from)) {
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
    }
  });
}

const NOT_EXPIRED: Readonly<Record<Exclude<ExpireResult['outcome'], 'expired'>, string>> = {
  'too-young': 'twelve months are kept (PCI DSS 4.0, requirement 10.5.1)',
  'not-there': 'there is no such month',
  'not-sealed': 'not every event of that month is sealed, or one has been deleted: pinctl audit verify tells',
  'cards-differ': 'a card is not as its history leaves it: pinctl cards verify tells; nothing was dropped',
};

export async function expireAudit(month: string, { yes, json }: Confirmed): Promise<void> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new Refused('the month is to be written YYYY-MM');
  if (yes !== true) await confirm(`This deletes the audit events of ${month} for good.`, month);
  await withOwner(async (owner) => {
    const result = await expireMonth(owner, { month, actor: actor(), now: new Date() });
    if (result.outcome !== 'expired') throw new Refused(NOT_EXPIRED[result.outcome]);
    const { record, baselines } = result;
    const words = `${record.lines} events of ${month} are gone; ${baselines} idle cards had their state recorded anew.`;
    print(json, result, words);
  });
}

interface ReconcileOptions extends Confirmed {
  readonly export?: string;
  readonly eventsLost?: true;
  readonly checkpoint?: string;
}

export async function reconcileAudit(options: ReconcileOptions): Promise<void> {
  const { yes, json, export: file, eventsLost } = options;
  if ((file === undefined) === (eventsLost === undefined))
    throw new Refused('choose --export FILE, or --events-lost');
  const { origin, keys, note, file: kept } = await keptCheckpoint(options);
  if (note === null) throw new Refused('there is no kept checkpoint to reconcile with');
  if (yes !== true && eventsLost === true)
    await confirm('This locks every card that has a PIN, since what was tried on it is lost.', 'lock');
  await withOwner(async (owner) => {
    const exported = file === undefined ? null : linesIn(file);
    const result = await reconcileTrail(owner, {
      ...{ kept: { note, origin, keys }, exported, actor: actor() },
    }).catch((fault: unknown) => {
      throw new Refused(fault instanceof Error ? fault.message : 'it could not be reconciled');
    });
    if (result.checkpoint !== null && result.checkpoint !== '') await kept.write(result.checkpoint);
    const { restoredLines, cardsCorrected, cardsForgotten } = result;
    const words = [
      `${restoredLines} events restored, ${cardsCorrected} cards corrected.`,
      ...(cardsForgotten === 0
        ? []
        : [`${cardsForgotten} cards were registered after the backup: register them anew.`]),
      ...(result.checkpoint === null
        ? ['The service evaluates PINs again within seconds.']
        : ['The kept checkpoint was replaced here; do the same for every other replica that keeps one.']),
    ];
    print(json, result, words.join('\n'));
  });
}

async function* linesIn(path: string): AsyncGenerator<string> {
  const file = await open(path);
  yield* file.readLines();
}

function actor(): Actor {
  const { clientId, subject, sourceAddress, requestId } = requestContext(NO_TENANT);
  return { tenantId: NO_TENANT, clientId, subject, sourceAddress, requestId };
}
