import { datePins, DEFAULT_WEAK_PINS } from '#libs/hsm';
import type { PolicySettings } from '#libs/policy';
import { approvalsOf } from '../config/approvals.js';
import { evaluationWindowMs } from '../config/defaults.js';
import type { Settings } from '../config/schema.js';
import { readWeakList } from './weak-list.js';

const DEFAULTS = {
  approvals: 1,
  pinMaxTries: 3,
  pinMaxFailuresWithoutSuccess: 9,
  pinHistoryLength: 4,
  pinSetOtp: false,
  clientSecretOverlapHours: 24,
  clientSecretMaxAgeDays: 90,
  clientSecretRefuseOld: false,
  alarmPause: false,
  alarmFloor: 50,
} as const;

/** The policy in this service's settings, with the defaults for a database without one. */
export function policySettings(settings: Settings): PolicySettings {
  const { PIN_WEAK_LIST_FILE: file, PIN_WEAK_DATES: dates } = settings;
  const listed = file === undefined ? DEFAULT_WEAK_PINS : readWeakList(file);
  const weakPins = [...new Set([...listed, ...datePins(dates ?? 'none')])].toSorted();
  const given = {
    approvals: approvalsOf(settings),
    pinMaxTries: settings.PIN_MAX_TRIES,
    pinMaxFailuresWithoutSuccess: settings.PIN_MAX_FAILURES_WITHOUT_SUCCESS,
    pinHistoryLength: settings.PIN_HISTORY_LENGTH,
    pinSetOtp: settings.PIN_SET_OTP,
    pinEvaluationWindowMs: settings.PIN_EVALUATION_WINDOW_MS,
    clientSecretOverlapHours: settings.CLIENT_SECRET_OVERLAP_HOURS,
    clientSecretMaxAgeDays: settings.CLIENT_SECRET_MAX_AGE_DAYS,
    clientSecretRefuseOld: settings.CLIENT_SECRET_REFUSE_OLD,
    alarmPause: settings.ALARM_PAUSE,
    alarmFloor: settings.ALARM_FLOOR,
    weakPins: file === undefined && dates === undefined ? undefined : weakPins,
  };
  return {
    given: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    defaults: { ...DEFAULTS, pinEvaluationWindowMs: evaluationWindowMs(settings), weakPins },
  };
}
