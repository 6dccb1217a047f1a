import { Command, InvalidArgumentError } from 'commander';
import type { RegisteredKey } from '#libs/hsm';
import { checkModuleApart, verdictOf, type Finding, type Result } from '#libs/key-ceremony';
import { readKeyHolders, readRegisteredKeys } from '#libs/keys';
import { askedPins } from '../ceremony.js';
import { inheritedByHost, loadHsmSettings } from '../config/hsm-settings.js';
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
    .option('--timeout <seconds>', 'how long a group of checks may take', seconds, 120)
    .option('--library-parameters <text>', 'passed to C_Initialize; NSS alone wants some')
    .option('--json', 'print JSON')
    .action(check);
  return hsm;
}

interface CheckOptions {
  readonly officer?: true;
  readonly withoutDatabase?: true;
  readonly libraryParameters?: string;
  readonly timeout: number;
  readonly json?: true;
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(text);
}

async function check(options: CheckOptions): Promise<void> {
  const settings = loadHsmSettings();
  const roles = ['user', 'service', ...(options.officer === true ? (['officer'] as const) : [])] as const;
  const pins = await askedPins(settings, roles);
  const { pins: _, ...token } = settings;
  const { libraryParameters, timeout } = options;
  const findings = await checkModuleApart({
    ...token,
    userPin: pins('user'),
    servicePin: pins('service'),
    officerPin: options.officer === true ? pins('officer') : null,
    ...(libraryParameters === undefined ? {} : { libraryParameters }),
    registeredKeys: options.withoutDatabase === true ? null : await registeredKeys(options),
    told: (group) => told(`checking ${group}`),
    groupTimeoutMs: timeout * 1_000,
    environment: inheritedByHost(),
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

/**
 * Null without a database: a module is often checked before there is one.
 *
 * @throws Refused if services run that the officer's test key would stop
 */
async function registeredKeys({ officer }: CheckOptions): Promise<readonly RegisteredKey[] | null> {
  let keys: readonly RegisteredKey[] | null = null;
  let running = 0;
  try {
    await withDatabase(loadSettings().databaseUrl, async (dataSource) => {
      keys = await readRegisteredKeys(dataSource);
      running = (await readKeyHolders(dataSource)).length;
    });
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    told(`${fault.message}: registered keys are not checked`);
  }
  if (officer === true && running > 0)
    throw new Refused(
      `${running} services are running: to them the TRUSTED key of --officer is an attack, and none could start. ` +
        'Stop them, leave --officer out, or say --without-database for a token that is not theirs',
    );
  return keys;
}
