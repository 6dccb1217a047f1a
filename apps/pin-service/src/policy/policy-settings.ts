import { readFile } from 'node:fs/promises';
import { datePins, DEFAULT_WEAK_PINS, WEAK_PINS_PER_LENGTH } from '#libs/hsm';
import { isPin, PIN_MAX_LENGTH, PIN_MIN_LENGTH } from '#libs/pin-block';
import type { PolicySettings } from '#libs/policy';
import { approvalsOf } from '../config/approvals.js';
import { evaluationWindowMs } from '../config/hsm-defaults.js';
import type { Settings } from '../config/schema.js';
import { StartRefused } from '../start-refused.js';

const DEFAULTS = {
  approvals: 1,
  pinMaxTries: 3,
  pinMaxFailuresWithoutSuccess: 9,
  pinHistoryLength: 4,
  clientSecretOverlapHours: 24,
  clientSecretMaxAgeDays: 90,
  clientSecretRefuseOld: false,
} as const;

/** What this service was told about the policy, and what a database without one begins with. */
export async function policySettings(settings: Settings): Promise<PolicySettings> {
  const { PIN_WEAK_LIST_FILE: file, PIN_WEAK_DATES: dates } = settings;
  const listed = file === undefined ? DEFAULT_WEAK_PINS : await weakList(file);
  const weakPins = [...new Set([...listed, ...datePins(dates ?? 'none')])].toSorted();
  const given = {
    approvals: approvalsOf(settings),
    pinMaxTries: settings.PIN_MAX_TRIES,
    pinMaxFailuresWithoutSuccess: settings.PIN_MAX_FAILURES_WITHOUT_SUCCESS,
    pinHistoryLength: settings.PIN_HISTORY_LENGTH,
    pinEvaluationWindowMs: settings.PIN_EVALUATION_WINDOW_MS,
    clientSecretOverlapHours: settings.CLIENT_SECRET_OVERLAP_HOURS,
    clientSecretMaxAgeDays: settings.CLIENT_SECRET_MAX_AGE_DAYS,
    clientSecretRefuseOld: settings.CLIENT_SECRET_REFUSE_OLD,
    weakPins: file === undefined && dates === undefined ? undefined : weakPins,
  };
  return {
    given: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    defaults: { ...DEFAULTS, pinEvaluationWindowMs: evaluationWindowMs(settings), weakPins },
  };
}

/** One PIN of 4 to 12 digits a line; empty lines and lines that begin with # are passed over. */
async function weakList(file: string): Promise<readonly string[]> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const entries = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = entries.findIndex((entry) => !isPin(entry));
  if (wrong >= 0) {
    throw new StartRefused(`PIN_WEAK_LIST_FILE: entry ${wrong + 1} is not a PIN of 4 to 12 digits`);
  }
  const pins = [...new Set(entries)];
  // Each entry is some operations of the HSM for every card that gets a PIN.
  for (let length = PIN_MIN_LENGTH; length <= PIN_MAX_LENGTH; length += 1) {
    const count = pins.filter((pin) => pin.length === length).length;
    if (count <= WEAK_PINS_PER_LENGTH) continue;
    const limit = `at most ${WEAK_PINS_PER_LENGTH} entries a length`;
    throw new StartRefused(`PIN_WEAK_LIST_FILE: ${count} PINs of ${length} digits, ${limit}`);
  }
  return pins;
}
