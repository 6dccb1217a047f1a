import { Command } from 'commander';
import { readRegisteredKeys } from '#libs/database';
import type { RegisteredKey } from '#libs/hsm';
import { checkModule, verdictOf, type Finding, type Result } from '#libs/key-ceremony';
import { askedPins } from '../ceremony.js';
import { loadHsmSettings } from '../config/hsm-settings.js';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';
import { told } from '../terminal/told.js';

export function hsmCommand(): Command {
  const hsm = new Command('hsm').description('the HSM');
  hsm
    .command('check')
    .description('tries a module by its behaviour, and says whether it may be used; exit code 1: it must not')
    .option('--officer', 'also make a TRUSTED key as the security officer, and remove it again')
    .option('--without-database', 'do not look at the keys that are registered')
    .option('--library-parameters <text>', 'passed to C_Initialize; NSS alone wants some')
    .option('--json', 'print JSON')
    .action(check);
  return hsm;
}

interface CheckOptions {
  readonly officer?: true;
  readonly withoutDatabase?: true;
  readonly libraryParameters?: string;
  readonly json?: true;
}

async function check(options: CheckOptions): Promise<void> {
  const settings = loadHsmSettings();
  const pins = await askedPins(settings, options.officer === true ? ['user', 'officer'] : ['user']);
  const userPin = pins.get('user');
  if (userPin === undefined) throw new Refused('the token PIN is missing');
  const { pins: _, ...token } = settings;
  const { libraryParameters } = options;
  const findings = checkModule({
    ...{ ...token, userPin, officerPin: pins.get('officer') ?? null },
    ...(libraryParameters === undefined ? {} : { libraryParameters }),
    registeredKeys: options.withoutDatabase === true ? null : await registeredKeys(),
    told: (step) => told(`checking ${step}`),
  });
  const verdict = verdictOf(findings);
  print(options.json, { module: token.module, profile: token.profile, verdict, findings }, report(findings));
  if (verdict === 'must not be used') throw new Refused('this module must not be used');
}

const MARKS: Readonly<Record<Result, string>> = {
  pass: 'ok',
  warning: 'WARNING',
  fail: 'FAILS',
  unknown: 'not checked',
};

function report(findings: readonly Finding[]): string {
  const rows = findings.map(({ area, check: name, result, detail }) => [area, name, MARKS[result], detail]);
  const reasons = findings.filter(({ result }) => result !== 'pass');
  const counted = (result: Result) => findings.filter((finding) => finding.result === result).length;
  const counts = `${counted('pass')} ok, ${counted('warning')} warnings, ${counted('fail')} fail, ${counted('unknown')} not checked`;
  return [
    table(['AREA', 'CHECK', 'RESULT', 'SEEN'], rows),
    '',
    `VERDICT: this module ${verdictOf(findings)} (${counts}).`,
    ...reasons.map(({ area, check: name, detail }) => `- ${area}, ${name}: ${detail}`),
  ].join('\n');
}

/** Null without a database: a module is often looked at before there is one. */
async function registeredKeys(): Promise<readonly RegisteredKey[] | null> {
  let keys: readonly RegisteredKey[] | null = null;
  try {
    await withDatabase(loadSettings().databaseUrl, async (dataSource) => {
      keys = await readRegisteredKeys(dataSource);
    });
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    told(`${fault.message}: registered keys are not checked`);
  }
  return keys;
}
