import { describe, expect, it } from 'vitest';
import { LoginRefused } from '../contract/faults.js';
import { HostRefused } from './hsm-host.js';
import { LoginLimit } from './login-limit.js';

const refusedFor = (refusal: HostRefused['refusal']) => new HostRefused(refusal, `${refusal} told`);

describe('a start that failed', () => {
  it.each([['failing'], ['misconfigured']] as const)('for %s may be followed by another login', (refusal) => {
    const limit = new LoginLimit();
    for (let start = 0; start < 10; start += 1) {
      const failure = refusedFor(refusal);
      expect(limit.judged(failure)).toBe(failure);
      expect(limit.judgedLast(failure)).toBe(failure);
    }
    expect(limit.isReached).toBe(false);
  });

  it('for a refused login is the last one', () => {
    const limit = new LoginLimit();
    expect(limit.judged(refusedFor('login-refused'))).toEqual(
      new LoginRefused('login-refused told; it is not tried again'),
    );
    expect(limit.isReached).toBe(true);
  });

  it('for an unclear login is the last one when it comes again without a success between, whatever else does', () => {
    const limit = new LoginLimit();
    for (let success = 0; success < 5; success += 1) {
      expect(limit.judged(refusedFor('login-unclear'))).toBeInstanceOf(HostRefused);
      limit.succeeded();
    }
    limit.judged(refusedFor('login-unclear'));
    limit.judged(refusedFor('failing'));
    expect(limit.isReached).toBe(false);
    expect(limit.judged(refusedFor('login-unclear'))).toBeInstanceOf(LoginRefused);
    expect(limit.isReached).toBe(true);
  });

  it('is not given to a successor who knows nothing of an unclear login', () => {
    const limit = new LoginLimit();
    limit.judged(refusedFor('login-unclear'));
    const told = limit.judgedLast(limit.judged(refusedFor('failing')));
    expect(told).toEqual(new LoginRefused('login-unclear told; it is not tried again'));
    expect(limit.isReached).toBe(true);
  });

  it('for another reason than its host is told as it is', () => {
    const limit = new LoginLimit();
    const failure = new Error('no database');
    expect(limit.judgedLast(limit.judged(failure))).toBe(failure);
  });
});
