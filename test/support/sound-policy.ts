import type { Policy } from '#libs/policy';

/** Of a deployment that changes no default that matters, with one weak PIN. */
export const SOUND_POLICY: Policy = {
  approvals: 1,
  pinMaxTries: 3,
  pinMaxFailuresWithoutSuccess: 9,
  pinHistoryLength: 3,
  pinSetOtp: false,
  pinEvaluationWindowMs: 5_000,
  clientSecretOverlapHours: 24,
  clientSecretMaxAgeDays: 90,
  clientSecretRefuseOld: false,
  alarmPause: false,
  alarmFloor: 50,
  weakPins: ['1234'],
};
