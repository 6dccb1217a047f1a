import { describe, expect, it } from 'vitest';
import {
  dueWords,
  movedPercent,
  ownWords,
  rotationWords,
  stepWords,
  type KeyKind,
  type Step,
} from './words.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const plain = String;

const generation = (number: number, state: 'current' | 'accepted', usedPercent?: number) => ({
  key: `otp-${number}`,
  generation: number,
  state,
  registeredAt: '2026-01-01T00:00:00Z',
  ageDays: 1,
  neededBy: [],
  heldBy: 2,
  ...(usedPercent === undefined ? {} : { usedPercent }),
});

const otp: KeyKind = {
  kind: 'otp',
  purpose: '',
  rotation: { days: 90 },
  due: false,
  steps: [],
  generations: [generation(2, 'current'), generation(1, 'accepted')],
  retired: 0,
};

it.each([
  [undefined, false, ['bad', 'no current key']],
  ['2026-11-30T11:00:00Z', false, ['good', 'due in less than a day']],
  ['2026-12-01T11:00:00Z', false, ['good', 'due in 1 day']],
  ['2026-12-09T13:00:00Z', false, ['good', 'due in 10 days']],
  ['2026-11-29T11:00:00Z', true, ['bad', 'due now']],
  ['2026-11-28T11:00:00Z', true, ['bad', 'overdue by 1 day']],
  ['2026-11-20T12:00:00Z', true, ['bad', 'overdue by 9 days']],
] as const)('a key that is due at %s is told so', (dueAt, due, words) => {
  expect(dueWords({ ...otp, ...(dueAt && { dueAt }), due }, NOW)).toEqual(words);
});

it('a key that is used up is told so, whatever its age', () => {
  const generations = [generation(2, 'current', 100)];
  expect(dueWords({ due: true, dueAt: '2026-11-29T12:00:00Z', generations }, NOW)[1]).toContain('as often');
});

it('says how often a kind is rotated', () => {
  expect(rotationWords({ days: 90 }, plain)).toBe('every 90 days');
  expect(rotationWords({ days: 7, uses: 100 }, plain)).toBe('every 7 days, or after 100 uses');
});

describe('a step', () => {
  const told = (step: Step, kind: KeyKind['kind'] = 'otp') => stepWords(step, { ...otp, kind });

  it('names its key, and what the command does', () => {
    expect(told({ what: 'init' })).toContain('No generation is current');
    for (const what of ['go-on', 'activate', 'reseal', 'cards', 'time', 'retire', 'rotate'] as const)
      expect(told({ what, key: 'otp-1' })).toContain('otp-1');
    expect(told({ what: 'time', key: 'otp-1', until: '2026-12-01T00:00:00Z' })).toMatch(/retired after$/);
  });

  it('tells a rotation that is not over from a key that is still in use', () => {
    expect(told({ what: 'processes', key: 'otp-2' })).toContain('next rotation is refused');
    expect(told({ what: 'processes', key: 'otp-1' })).toContain('cannot be retired');
  });

  it('says what is special about a kind', () => {
    expect(told({ what: 'activate', key: 'k' }, 'pin-transport')).toContain('makes another one');
    expect(told({ what: 'activate', key: 'k' }, 'manifest-signing')).toContain('apps that pin it');
    expect(told({ what: 'retire', key: 'k' }, 'manifest-signing')).toContain('no card app pins it');
    expect(told({ what: 'retire', key: 'k' }, 'audit-signing')).toContain('Keep its verifier key');
    expect(told({ what: 'rotate', key: 'k' }, 'manifest-signing')).toContain('pin for card apps');
  });
});

it('tells numbers of the own tenant, and when they are an estimate', () => {
  const need = (exact: boolean, rows: number, of: number) => ({
    what: 'PIN verifiers',
    wayOff: 'cards' as const,
    exact,
    installationPercent: 30,
    tenant: { rows, of },
  });
  expect(movedPercent(need(true, 0, 0))).toBe(70);
  expect(ownWords(need(true, 1, 2), plain)).toBe('Of your tenant 1 of 2 still need it');
  expect(ownWords(need(false, 1, 2), plain)).toBe('Of your tenant about 1 of 2 still need it');
  expect(ownWords(need(true, 0, 0), plain)).toBe('Your tenant has none');
  expect(ownWords(need(false, 0, 0), plain)).toBe('None of your tenant was found');
});
