import { describe, expect, it } from 'vitest';
import { refuseLoginAtRisk } from './login-risks.js';

const token = (flags: number, maxSessions = 0) => ({
  label: 'a',
  manufacturer: 'b',
  model: 'c',
  serialNumber: '1',
  firmware: '1.0',
  flags,
  maxSessions,
});
const plan = { workers: 4, allowLowPinCount: false };

describe('a login', () => {
  it('is tried on a token that warns of nothing', () => {
    // CK_EFFECTIVELY_INFINITE, just enough, CK_UNAVAILABLE_INFORMATION.
    for (const sessions of [0, 6, 2 ** 64])
      expect(() => refuseLoginAtRisk(token(0x40d, sessions), plan)).not.toThrow();
  });

  it.each([
    [0x40000, /CKF_USER_PIN_LOCKED/],
    [0x20000, /CKF_USER_PIN_FINAL_TRY/],
    [0x30000, /CKF_USER_PIN_FINAL_TRY/],
  ])('is never tried with the flags %s', (flags, words) => {
    for (const allowLowPinCount of [false, true])
      expect(() => refuseLoginAtRisk(token(flags), { ...plan, allowLowPinCount })).toThrow(words);
  });

  it('is tried after a refused one only where it is asked for', () => {
    expect(() => refuseLoginAtRisk(token(0x10000), plan)).toThrow(/COUNT_LOW.*HSM_ALLOW_LOW_PIN_COUNT/);
    refuseLoginAtRisk(token(0x10000), { ...plan, allowLowPinCount: true });
  });

  it('is not tried where the sessions behind it do not suffice', () => {
    expect(() => refuseLoginAtRisk(token(0, 4), { ...plan, workers: 16 })).toThrow(
      'the token allows 4 sessions (ulMaxSessionCount), HSM_WORKERS=16 takes 18: lower HSM_WORKERS',
    );
    expect(() => refuseLoginAtRisk(token(0, 5), plan)).toThrow(/lower HSM_WORKERS/);
  });
});
