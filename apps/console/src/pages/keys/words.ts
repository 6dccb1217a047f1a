import type { Schemas } from '../../api/client.js';
import type { Tone } from '../../components/facts.js';

export type KeyKind = Schemas['KeyKind'];
type Generation = KeyKind['generations'][number];
export type Step = KeyKind['steps'][number];
export type Need = Generation['neededBy'][number];

const DAY_MS = 86_400_000;

/** States in the words of pinctl, and what they mean. */
export const STATES: Readonly<Record<Generation['state'], readonly [tone: Tone, sentence: string]>> = {
  announced: ['warning', 'A ceremony is about to make it.'],
  prepared: ['warning', 'Registered and held, and not used yet.'],
  current: ['good', 'Makes everything new.'],
  accepted: ['plain', 'Reads what was made with it, and makes nothing new.'],
  expired: ['warning', 'Its time is over: it can be retired when nothing needs it.'],
  retired: ['plain', 'Never used again.'],
};

/** When the current generation has to be followed by another one. */
export function dueWords(
  { dueAt, due, generations }: Pick<KeyKind, 'dueAt' | 'due' | 'generations'>,
  now: number,
): readonly [tone: Tone, words: string] {
  if (dueAt === undefined) return ['bad', 'no current key'];
  const days = Math.floor((now - Date.parse(dueAt)) / DAY_MS);
  if (!due) return ['good', `due in ${daysOf(Math.max(0, -days - 1))}`];
  const current = generations.find(({ state }) => state === 'current');
  if ((current?.usedPercent ?? 0) >= 100) return ['bad', 'due now: used as often as it should be'];
  return ['bad', days < 1 ? 'due now' : `overdue by ${daysOf(days)}`];
}

function daysOf(days: number): string {
  return days === 0 ? 'less than a day' : countOfDays(days);
}

export function countOfDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** Generations that make nothing new, and may still be needed. */
export function earlierOf({ generations }: Pick<KeyKind, 'generations'>): readonly Generation[] {
  return generations.filter(({ state }) => state === 'accepted' || state === 'expired');
}

/** `every 365 days, or after 2,147,483,648 uses` */
export function rotationWords(
  { days, uses }: KeyKind['rotation'],
  formatNumber: (value: number) => string,
): string {
  return `every ${days} days${uses === undefined ? '' : `, or after ${formatNumber(uses)} uses`}`;
}

/** What is next, as a sentence; the command of the step follows it. */
export function stepWords({ what, key = '', until }: Step, { kind, generations }: KeyKind): string {
  switch (what) {
    case 'init':
      return 'No generation is current. The first keys are made by';
    case 'go-on':
      return `A ceremony was begun: ${key} is announced. It goes on with`;
    case 'processes':
      return generations.some((one) => one.key === key && one.state === 'current')
        ? `Not every running process uses ${key} yet. Until all do, the next rotation is refused.`
        : `Running processes still make new values with ${key}. Until none does, it cannot be retired.`;
    case 'activate':
      return activateWords(kind, key);
    case 'reseal':
      return `Stored values still need ${key}. They move to the current key, while services use them, by`;
    case 'cards':
      return `${key} is needed until each of its cards has had a right PIN, and earlier PINs under it have made way for newer ones. That takes no command.`;
    case 'time':
      return until === undefined
        ? `What still needs ${key} ends by itself. That takes no command.`
        : `The time of ${key} is not over yet. It can be retired after`;
    case 'retire':
      return retireWords(kind, key);
    case 'rotate':
      return kind === 'manifest-signing'
        ? `${key} is due. The next generation is registered, and its pin for card apps printed, by`
        : `${key} is due. The next generation is made, while services run, by`;
  }
}

function activateWords(kind: KeyKind['kind'], key: string): string {
  if (kind === 'pin-transport')
    return `${key} was registered and never used. The next rotation makes another one, and retires it:`;
  if (kind === 'manifest-signing')
    return `${key} is prepared. When card apps that pin it are shipped, it becomes current by`;
  return `${key} is registered, and not used yet. It becomes current by`;
}

/** `pinctl keys retire` counts every row before; what it cannot see is said here. */
function retireWords(kind: KeyKind['kind'], key: string): string {
  const also =
    kind === 'manifest-signing'
      ? ' When no card app pins it any more, it is ended'
      : kind === 'audit-signing'
        ? ' Keep its verifier key, with which older checkpoints are checked. It is ended'
        : ' It is ended';
  return `Nothing that needs ${key} was found.${also} for good, after the command has counted for itself, by`;
}

/** How far values have left a generation, in percent: 100 where none was found any more. */
export function movedPercent({ installationPercent }: Need): number {
  return 100 - installationPercent;
}

/** `Of your tenant about 1,200 of 5,000 still need it` */
export function ownWords(
  { exact, tenant: { rows, of } }: Need,
  formatNumber: (value: number) => string,
): string {
  if (of === 0) return exact ? 'Your tenant has none' : 'None of your tenant was found';
  return `Of your tenant ${exact ? '' : 'about '}${formatNumber(rows)} of ${formatNumber(of)} still need it`;
}
