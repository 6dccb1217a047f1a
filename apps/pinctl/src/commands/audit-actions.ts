import { once } from 'node:events';
import { expireMonth, exportTrail, type ExpireResult } from '#libs/audit';
import { recordEffect } from '#libs/requests';
import { loadSettings } from '../config/settings.js';
import { withDatabase, withOwner } from '../database.js';
import { localActor } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { terminal } from '../terminal/terminal.js';

interface Confirmed {
  readonly yes?: true;
  readonly json?: true;
}

/** With a line of the trail before the first one goes out, and another at the end: no line, no export. */
export async function exportAudit({ from }: { readonly from: number }): Promise<void> {
  const { databaseUrl } = loadSettings();
  const { stdout } = terminal();
  await withDatabase(databaseUrl, async (dataSource) => {
    const actor = localActor();
    const record = async (result: string, counts: { readonly lines?: number } = {}) =>
      await recordEffect(dataSource.manager, actor, {
        ...{ action: 'audit.export', result, cardId: null, eventNo: null },
        details: { format: 'jsonl', from, ...counts },
      });
    await record('begun');
    let [lines, result] = [0, 'broken-off'];
    try {
      for await (const line of exportTrail(dataSource, from)) {
        if (!stdout.write(`${line}\n`)) await once(stdout, 'drain');
        lines += 1;
      }
      result = 'complete';
    } finally {
      await record(result, { lines });
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
    const result = await expireMonth(owner, { month, actor: localActor(), now: new Date() });
    if (result.outcome !== 'expired') throw new Refused(NOT_EXPIRED[result.outcome]);
    const { record, baselines } = result;
    const words = `${record.lines} events of ${month} are gone; ${baselines} idle cards had their state recorded anew.`;
    print(json, result, words);
  });
}
