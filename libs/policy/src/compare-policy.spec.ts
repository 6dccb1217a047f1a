import { describe, expect, it } from 'vitest';
import { comparePolicy, policyChanges } from './compare-policy.js';
import { policySchema, type Policy } from './policy.js';

const HOLDS: Policy = {
  approvals: 2,
  pinMaxTries: 3,
  pinMaxFailuresWithoutSuccess: 9,
  pinHistoryLength: 4,
  pinSetOtp: true,
  pinEvaluationWindowMs: 10_000,
  clientSecretOverlapHours: 24,
  clientSecretMaxAgeDays: 90,
  clientSecretRefuseOld: true,
  alarmPause: true,
  alarmFloor: 50,
  weakPins: ['0000', '1234'],
};

describe('settings beside the policy', () => {
  it.each<[Partial<Policy>, boolean]>([
    [{ approvals: 1 }, true],
    [{ pinMaxTries: 4 }, true],
    [{ pinMaxTries: 2 }, false],
    [{ pinMaxFailuresWithoutSuccess: 10 }, true],
    [{ pinMaxFailuresWithoutSuccess: 8 }, false],
    [{ pinHistoryLength: 3 }, true],
    [{ pinHistoryLength: 5 }, false],
    [{ pinSetOtp: false }, true],
    [{ pinEvaluationWindowMs: 20_000 }, false],
    [{ clientSecretOverlapHours: 25 }, true],
    [{ clientSecretOverlapHours: 0 }, false],
    [{ clientSecretMaxAgeDays: 91 }, true],
    [{ clientSecretRefuseOld: false }, true],
    [{ alarmPause: false }, true],
    [{ alarmFloor: 51 }, true],
    [{ alarmFloor: 49 }, false],
    [{ weakPins: ['1234'] }, true],
    [{ weakPins: ['0000', '1111', '2222'] }, true],
    [{ weakPins: ['0000', '1234', '4321'] }, false],
  ])('%j is told, and is weaker: %s', (given, weaker) => {
    const [member = ''] = Object.keys(given);
    expect(comparePolicy(given, HOLDS)).toEqual([{ member, weaker, words: expect.any(String) }]);
  });

  it('that were not given, or say the same, differ in nothing', () => {
    expect(comparePolicy({}, HOLDS)).toEqual([]);
    expect(comparePolicy(HOLDS, HOLDS)).toEqual([]);
  });

  it('tells no entry of a weak list', () => {
    const [difference] = comparePolicy({ weakPins: ['9182'] }, HOLDS);
    expect(difference?.words).not.toMatch(/9182|0000|1234/);
    const changes = policyChanges(HOLDS, { ...HOLDS, weakPins: ['9182'] });
    expect(JSON.stringify(changes)).not.toMatch(/9182|"0000|1234"/);
  });
});

it('a policy locks before it is final, and lists each weak PIN once', () => {
  expect(policySchema.safeParse({ ...HOLDS, pinMaxTries: 10 }).success).toBe(false);
  expect(policySchema.safeParse({ ...HOLDS, weakPins: ['12a4'] }).success).toBe(false);
  expect(policySchema.parse({ ...HOLDS, weakPins: ['9999', '0000', '9999'] }).weakPins).toEqual([
    '0000',
    '9999',
  ]);
});
