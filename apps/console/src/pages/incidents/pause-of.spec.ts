import { describe, expect, it } from 'vitest';
import { faultOfTarget, OPERATIONS } from './brake-words.js';
import { pauseOf } from './pause-of.js';
import { waitingFor } from './waiting-approval.js';

const brake = (kind: 'client' | 'client-pins' | 'card', target: string, brakeId = 'b1') => ({
  brakeId,
  kind,
  target,
  allTenants: false,
  reason: 'looked into',
  pulledBy: 'Ada Lovelace',
  pulledThrough: 'console',
  pulledAt: '2026-11-30T08:06:12.410Z',
});

describe('a client with an alarm', () => {
  it('is paused by the brake of the alarm, before any other', () => {
    const own = brake('client-pins', 'card-app', 'b2');
    expect(pauseOf({ brakeId: 'b2', clientId: 'card-app' }, [brake('client', 'card-app'), own]).brake).toBe(
      own,
    );
  });

  it('is paused by an operator’s brake too, and not by one of another', () => {
    const own = brake('client', 'card-app');
    expect(pauseOf({ clientId: 'card-app' }, [brake('card', 'card-app'), own])).toEqual({
      brake: own,
      was: false,
    });
    expect(pauseOf({ clientId: 'other' }, [own])).toEqual({ brake: null, was: false });
    expect(pauseOf({}, [own])).toEqual({ brake: null, was: false });
  });

  it('was paused where the brake is released', () => {
    expect(pauseOf({ brakeId: 'b2', clientId: 'card-app' }, [])).toEqual({ brake: null, was: true });
  });
});

describe('the target of a brake', () => {
  it.each([
    ['everything', ''],
    ['operation', OPERATIONS[0]?.[0] ?? ''],
    ['card', '5f0c6a0e-8d0c-4a39-9a53-2f1c2f4f7c11'],
    ['client', 'card-backend'],
    ['client-pins', ' card-backend '],
  ] as const)('of %s may be %j', (kind, target) => expect(faultOfTarget(kind, target)).toBeNull());

  it.each([
    ['operation', 'pin.guess'],
    ['card', '4111111111111111'],
    ['client', ''],
    ['client-pins', 'two words'],
  ] as const)('of %s may not be %j', (kind, target) => expect(faultOfTarget(kind, target)).not.toBeNull());
});

describe('a restoration', () => {
  const approval = {
    approvalId: 'a1',
    status: 'pending' as const,
    kind: 'incident-restore' as const,
    requestedBy: 'Ada Lovelace',
    requestedAt: '2026-11-30T12:00:00.000Z',
    expiresAt: '2026-12-01T12:00:00.000Z',
    request: { incidentId: 'i1' },
  };

  it('waits for the approval that is about this incident, and is still open', () => {
    expect(waitingFor('i1', [approval])).toBe(approval);
    expect(waitingFor('i2', [approval])).toBeNull();
    expect(waitingFor('i1', [{ ...approval, status: 'lapsed' }])).toBeNull();
    expect(waitingFor('i1', [{ ...approval, kind: 'unlock' }])).toBeNull();
  });
});
