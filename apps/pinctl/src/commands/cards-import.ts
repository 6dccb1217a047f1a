import { statSync } from 'node:fs';
import { PinwardClient, PinwardError } from '#libs/client/backend';
import { REPEATED, type ImportLine } from '#libs/sent-json';
import { loadServiceSettings } from '../config/service-settings.js';
import { CardFile } from '../portfolio/card-file.js';
import { httpsFetch } from '../portfolio/https-fetch.js';
import { explainCall, LineFile, movePortfolio, type Moved } from '../portfolio/move-portfolio.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { told } from '../terminal/told.js';

export interface ImportOptions {
  readonly url?: string;
  readonly client?: string;
  readonly ca?: string;
  readonly report?: string;
  readonly ids?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Of one call: a busy service is waited for, another tenant's turn as well. */
const ATTEMPTS = 60;
const TIMEOUT_MS = 6 * 3_600_000;

/** Rights of all but the owner. */
const OTHERS = 0o077;

/** Exit code 0: every line is a card there. @throws Refused when lines have failed, or the rest could not be sent */
export async function importCards(path: string, options: ImportOptions): Promise<void> {
  const file = new CardFile(path);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw new Refused(`${path} is no file`);
  if ((found.mode & OTHERS) !== 0) told(`${path} can be read by other users of this machine`);
  using report = new LineFile(options.report ?? `${path}.failed`);
  const moved = options.dryRun === true ? await check(file, report) : await send(file, report, options);
  const { registered, existing, failed } = moved;
  const words =
    options.dryRun === true
      ? `${registered} lines are sound, ${failed} are not. Nothing was sent.`
      : `${registered} cards registered, ${existing} known before, ${failed} lines failed.`;
  print(options.json, moved, words);
  if (failed > 0) throw new Refused(`${failed} lines have failed: ${report.path} tells which and why`);
}

/** What can be found without the service: the text of each line, and references that come twice. */
async function check(file: CardFile, report: LineFile): Promise<Moved> {
  const refs = new Set<string>();
  let failed = 0;
  const fail = (lineNo: number, rest: object) => {
    failed += 1;
    report.write({ line: lineNo, ...rest });
  };
  await file.survey((line) => {
    if (!('card' in line)) return fail(line.lineNo, faultIn(line));
    const { cardRef } = line.card;
    if (refs.has(cardRef)) return fail(line.lineNo, { cardRef, ...REPEATED });
    refs.add(cardRef);
  });
  return { registered: refs.size, existing: 0, failed };
}

function faultIn({ cardRef, fault }: Exclude<ImportLine, { readonly card: unknown }>): object {
  return { ...(cardRef === null ? {} : { cardRef }), ...fault };
}

async function send(file: CardFile, report: LineFile, options: ImportOptions): Promise<Moved> {
  const { baseUrl, ca, credentials } = await loadServiceSettings(options, 'cards:import');
  let lines = 0;
  const parts = await file.survey(({ lineNo }) => (lines = lineNo));
  told(`${lines} lines in ${parts.length} calls to ${baseUrl}`);
  using ids = options.ids === undefined ? null : new LineFile(options.ids);
  using fetch = httpsFetch(ca === undefined ? {} : { ca });
  const limits = { maxAttempts: ATTEMPTS, timeoutMs: TIMEOUT_MS };
  const client = new PinwardClient({ baseUrl, credentials, fetch, ...limits });
  try {
    return await movePortfolio({ client, file, parts, lines, report, ids });
  } catch (fault) {
    if (!(fault instanceof PinwardError)) throw fault;
    throw new Refused(`${explainCall(fault)}. The same command goes on where it was`, { cause: fault });
  }
}
