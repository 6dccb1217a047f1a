import type { KeyKind } from '#libs/hsm';
import type { KeyHolder } from './holders.js';
import type { ListedKey } from './listed-keys.js';
import type { WayOff } from './reference-tables.js';

/**
 * What is next for a kind of key. With a command of pinctl: `init`, `go-on` (a ceremony was begun), `activate` (the next
 * key is registered and not used yet), `reseal`, `retire`, `rotate` (due). Without one, because it takes time: `processes`
 * do not use the current key yet, `cards` have to have a PIN operation, `time` has to pass.
 */
export const KEY_STEPS = [
  'init',
  'go-on',
  'processes',
  'activate',
  'reseal',
  'cards',
  'time',
  'retire',
  'rotate',
] as const;

export interface KeyStep {
  readonly what: (typeof KEY_STEPS)[number];
  /** The generation that it is about. */
  readonly key?: string;
  /** Of pinctl, as a ceremony begins with it. */
  readonly command?: string;
  /** When it can be done. */
  readonly until?: string;
}

type Key = Pick<ListedKey, 'key' | 'generation' | 'state' | 'dueAt' | 'expiresAt'> & {
  readonly neededBy: readonly { readonly wayOff: WayOff; readonly installationPercent: number }[];
};

/** The steps of one kind, in the order in which they can be done; none where nothing is to do before the next rotation. */
export function keySteps(
  kind: KeyKind,
  keys: readonly Key[],
  { holders, now }: { readonly holders: readonly Pick<KeyHolder, 'keys'>[]; readonly now: Date },
): readonly KeyStep[] {
  const current = keys.find(({ state }) => state === 'current');
  const announced = keys.find(({ state }) => state === 'announced');
  // 1. A ceremony that was begun.
  if (current === undefined) return [{ what: 'init', command: 'pinctl keys init' }];
  const rotate = `pinctl keys rotate ${kind}`;
  const goOn: KeyStep[] =
    announced === undefined ? [] : [{ what: 'go-on', key: announced.key, command: rotate }];
  const processes: KeyStep[] = holders.every((holder) => holder.keys[current.key] === 'current')
    ? []
    : [{ what: 'processes', key: current.key }];
  const prepared = keys.find(({ state }) => state === 'prepared');
  const activate: KeyStep[] =
    prepared === undefined ? [] : [{ what: 'activate', key: prepared.key, command: rotate }];
  // 2. What an earlier generation still has to do.
  const earlier = keys.filter(({ state }) => state === 'accepted' || state === 'expired');
  const ending = earlier
    .toSorted((one, other) => one.generation - other.generation)
    .map((key) => endOf(kind, key, { holders, now }));
  // Cards of two kinds of key move together, but a kind is named once.
  const isFirst = (step: KeyStep, place: number) =>
    step.what !== 'reseal' || ending.findIndex(({ what }) => what === 'reseal') === place;
  // 3. The next rotation. Apps learn of a manifest key before it is used.
  const isDue = current.dueAt !== null && Date.parse(current.dueAt) <= now.getTime();
  const isBegun = prepared !== undefined || announced !== undefined;
  const prepare = kind === 'manifest-signing' ? ' --prepare' : '';
  const due: KeyStep[] =
    isDue && !isBegun ? [{ what: 'rotate', key: current.key, command: rotate + prepare }] : [];
  return [...processes, ...goOn, ...activate, ...ending.filter(isFirst), ...due];
}

/** What `pinctl keys retire` would refuse is in the way; then it is retired. */
function endOf(
  kind: KeyKind,
  { key, neededBy, expiresAt }: Key,
  { holders, now }: { readonly holders: readonly Pick<KeyHolder, 'keys'>[]; readonly now: Date },
): KeyStep {
  const ways = new Set(
    neededBy.flatMap(({ wayOff, installationPercent }) => (installationPercent > 0 ? [wayOff] : [])),
  );
  if (ways.has('reseal')) return { what: 'reseal', key, command: `pinctl keys reseal ${kind}` };
  if (ways.has('cards')) return { what: 'cards', key };
  if (holders.some((holder) => holder.keys[key] === 'current')) return { what: 'processes', key };
  if (expiresAt !== null && Date.parse(expiresAt) > now.getTime())
    return { what: 'time', key, until: expiresAt };
  if (ways.has('time')) return { what: 'time', key };
  return { what: 'retire', key, command: `pinctl keys retire ${key}` };
}
