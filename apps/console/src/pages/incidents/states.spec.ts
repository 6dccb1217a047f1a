import { describe, expect, it } from 'vitest';
import { isMoving, isOver, progressOf } from './states.js';

const COUNTS = { planned: 25, restored: 60, keptOut: 15, failuresTakenBack: 180, causes: {} };
const SEARCHED = { until: '2026-11-30T09:00:00.000Z', end: '2026-11-30T12:00:00.000Z' };
const FILTER = { triedFrom: '2026-11-30T08:00:00Z', triedTo: '2026-11-30T11:30:00Z' };
const INCIDENT = { counts: COUNTS, searched: SEARCHED, filter: FILTER };

describe('the progress of an incident', () => {
  it('is that of the search, then that of the cards', () => {
    expect(progressOf({ ...INCIDENT, state: 'searching' })).toBe(0.25);
    expect(progressOf({ ...INCIDENT, state: 'running' })).toBe(0.75);
  });

  it('is unknown where nothing moves, and where there is nothing to do', () => {
    expect(progressOf({ ...INCIDENT, state: 'previewed' })).toBeNull();
    expect(progressOf({ ...INCIDENT, state: 'done' })).toBeNull();
    const none = { ...COUNTS, planned: 0, restored: 0, keptOut: 0 };
    expect(progressOf({ ...INCIDENT, counts: none, state: 'running' })).toBeNull();
  });

  it('stays within its bounds when the search begins before the window', () => {
    const before = { ...SEARCHED, until: '2026-11-30T07:00:00.000Z' };
    expect(progressOf({ ...INCIDENT, searched: before, state: 'searching' })).toBe(0);
  });
});

it('an incident moves, waits for a person, or is over', () => {
  const states = ['searching', 'previewed', 'running', 'done', 'cancelled', 'lapsed'] as const;
  expect(states.filter(isMoving)).toEqual(['searching', 'running']);
  expect(states.filter(isOver)).toEqual(['done', 'cancelled', 'lapsed']);
});
