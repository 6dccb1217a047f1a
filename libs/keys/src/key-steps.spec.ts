import { describe, expect, it } from 'vitest';
import type { KeyKind, KeyState } from '#libs/hsm';
import { keySteps } from './key-steps.js';
import type { ListedState } from './listed-keys.js';
import type { WayOff } from './reference-tables.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const LATER = '2026-12-01T12:00:00.000Z';
const EARLIER = '2026-11-20T12:00:00.000Z';

interface Given {
  readonly expiresAt?: string;
  readonly dueAt?: string;
  readonly needed?: Readonly<Partial<Record<WayOff, number>>>;
}

const key = (kind: KeyKind, generation: number, state: ListedState, given: Given = {}) => ({
  key: `${kind}-${generation}`,
  generation,
  state,
  dueAt: state === 'current' ? (given.dueAt ?? LATER) : null,
  expiresAt: given.expiresAt ?? null,
  neededBy: (Object.entries(given.needed ?? {}) as [WayOff, number][]).map(
    ([wayOff, installationPercent]) => ({ wayOff, installationPercent }),
  ),
});

type Key = ReturnType<typeof key>;
const steps = (kind: KeyKind, keys: readonly Key[], held: Readonly<Record<string, KeyState>>[] = []) =>
  keySteps(kind, keys, { holders: held.map((one) => ({ keys: one })), now: NOW }).map(
    ({ what, command, key: about, until }) => [what, command ?? until ?? about],
  );

describe('what is next for a kind of key', () => {
  it('is nothing before the next rotation', () => {
    const keys = [key('otp', 2, 'current'), key('otp', 1, 'retired')];
    expect(steps('otp', keys, [{ 'otp-2': 'current' }])).toEqual([]);
  });

  it('is a rotation when it is due; apps learn of a manifest key first', () => {
    const due = (kind: KeyKind) => steps(kind, [key(kind, 1, 'current', { dueAt: NOW.toISOString() })]);
    expect(due('otp')).toEqual([['rotate', 'pinctl keys rotate otp']]);
    expect(due('manifest-signing')).toEqual([['rotate', 'pinctl keys rotate manifest-signing --prepare']]);
  });

  it('is the rest of a ceremony that was begun, even when the current one is due', () => {
    expect(steps('lookup', [])).toEqual([['init', 'pinctl keys init']]);
    expect(steps('pin-wrapping', [key('pin-wrapping', 1, 'announced')])).toEqual([
      ['init', 'pinctl keys init'],
    ]);
    const current = key('pin-wrapping', 1, 'current', { dueAt: EARLIER });
    expect(steps('pin-wrapping', [key('pin-wrapping', 2, 'announced'), current])).toEqual([
      ['go-on', 'pinctl keys rotate pin-wrapping'],
    ]);
    expect(steps('pin-wrapping', [key('pin-wrapping', 2, 'prepared'), current])).toEqual([
      ['activate', 'pinctl keys rotate pin-wrapping'],
    ]);
  });

  it('waits for processes that do not use the current key, or still make values with an earlier one', () => {
    const keys = [key('otp', 2, 'current'), key('otp', 1, 'expired')];
    const held = [{ 'otp-2': 'current', 'otp-1': 'accepted' }] as const;
    expect(steps('otp', keys, [...held])).toEqual([['retire', 'pinctl keys retire otp-1']]);
    expect(steps('otp', keys, [...held, { 'otp-2': 'accepted', 'otp-1': 'current' }])).toEqual([
      ['processes', 'otp-2'],
      ['processes', 'otp-1'],
    ]);
  });

  it('reseals what can be resealed, once for all earlier generations, and only then retires', () => {
    const vault = (one: Given, two: Given) =>
      steps('card-vault', [
        key('card-vault', 3, 'current'),
        key('card-vault', 2, 'accepted', two),
        key('card-vault', 1, 'expired', one),
      ]);
    const reseal = ['reseal', 'pinctl keys reseal card-vault'];
    expect(vault({ needed: { reseal: 1 } }, { needed: { reseal: 40 }, expiresAt: LATER })).toEqual([reseal]);
    expect(vault({ needed: { reseal: 0 } }, { needed: { reseal: 1 } })).toEqual([
      ['retire', 'pinctl keys retire card-vault-1'],
      reseal,
    ]);
    expect(vault({}, { expiresAt: LATER })).toEqual([
      ['retire', 'pinctl keys retire card-vault-1'],
      ['time', LATER],
    ]);
  });

  it('waits for cards, and for what ends by itself', () => {
    const wrapping = (needed: Given['needed']) =>
      steps('pin-wrapping', [
        key('pin-wrapping', 2, 'current'),
        key('pin-wrapping', 1, 'expired', { needed: needed ?? {} }),
      ]);
    expect(wrapping({ cards: 1 })).toEqual([['cards', 'pin-wrapping-1']]);
    expect(wrapping({ cards: 0 })).toEqual([['retire', 'pinctl keys retire pin-wrapping-1']]);
    const secrets = [key('secrets', 2, 'current'), key('secrets', 1, 'expired', { needed: { time: 3 } })];
    expect(steps('secrets', secrets)).toEqual([['time', 'secrets-1']]);
  });
});
