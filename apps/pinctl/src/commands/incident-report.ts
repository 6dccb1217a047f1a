import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CheckpointFile, openSignedText, signText } from '#libs/audit';
import { allCards, parseReport, reportLine, reportText } from '#libs/incidents';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { printText } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { keysIn } from './kept-checkpoint.js';
import { withHsm } from './with-hsm.js';

interface ReportOptions {
  readonly tenant: string;
  readonly out: string;
}

export async function reportIncident(incidentId: string, { tenant, out }: ReportOptions): Promise<void> {
  const { databaseUrl, audit } = loadSettings();
  const taken = [out, cardsBeside(out)].find((file) => existsSync(file));
  if (taken !== undefined) throw new Refused(`${taken} exists: a report is never written over`);
  await withDatabase(databaseUrl, async (dataSource) => {
    const key = { tenantId: tenant, incidentId };
    const text = await reportText(dataSource.manager, key);
    const note = await withHsm(dataSource, (hsm) => signText(hsm, audit.origin, text));
    const lines: string[] = [];
    for await (const card of allCards(dataSource.manager, key)) lines.push(reportLine(card));
    writeFileSync(out, note, { flag: 'wx', mode: 0o644 });
    writeFileSync(cardsBeside(out), lines.join(''), { flag: 'wx', mode: 0o644 });
    printText(`${out}: the report; ${cardsBeside(out)}: its ${lines.length} cards.`);
  });
}

interface VerifyOptions {
  readonly keys?: string;
  readonly cards?: string;
}

/** Exit code 0: the report is as the HSM signed it, and so are its cards, if they are there. */
export async function verifyReport(file: string, { keys, cards }: VerifyOptions): Promise<void> {
  const text = await signedText(file, keys);
  printText(text.slice(text.indexOf('\n') + 1).trimEnd());
  const { count, sha256 } = parsed(text).cards;
  const listed = cards ?? (existsSync(cardsBeside(file)) ? cardsBeside(file) : null);
  if (listed === null) return printText(`Signed; its ${count} cards were not compared: --cards`);
  const hash = createHash('sha256').update(read(listed)).digest('hex');
  if (hash !== sha256) throw new Refused(`${listed} does not hold the cards of this report`);
  printText(`Signed, and ${listed} holds its ${count} cards.`);
}

/** @throws Refused when it is no such note, or no known key has signed it */
async function signedText(file: string, keys: string | undefined): Promise<string> {
  const { checkpointFile } = loadSettings().audit;
  const kept = checkpointFile === null ? [] : await new CheckpointFile(checkpointFile).keys();
  const known = keys === undefined ? kept : keysIn(keys);
  if (known.length === 0)
    throw new Refused('there is no verifier key to believe: --keys FILE, or AUDIT_CHECKPOINT_FILE');
  try {
    return openSignedText(read(file), known, 'the report');
  } catch (fault) {
    throw new Refused(fault instanceof Error ? fault.message : 'the report cannot be read', { cause: fault });
  }
}

function parsed(text: string) {
  try {
    return parseReport(text);
  } catch (cause) {
    throw new Refused('this is no report of an incident', { cause });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Refused(`${file} cannot be read`, { cause });
  }
}

function cardsBeside(report: string): string {
  return `${report}.cards`;
}
