import type { Schemas } from '../../api/client.js';

type State = Schemas['Incident']['state'];

/** Does it go on by itself? */
export function isMoving(state: State): boolean {
  return state === 'searching' || state === 'running';
}

/** Is nothing of it to come any more? */
export function isOver(state: State): boolean {
  return state === 'done' || state === 'cancelled' || state === 'lapsed';
}

/** How much is done, 0 to 1, or null where that is not known. */
export function progressOf({
  state,
  counts,
  searched,
  filter,
}: Pick<Schemas['Incident'], 'state' | 'counts' | 'searched' | 'filter'>): number | null {
  if (state === 'searching') {
    const from = Date.parse(filter.triedFrom);
    return share(Date.parse(searched.until) - from, Date.parse(searched.end) - from);
  }
  // What was kept out at the preview counts as done from the start: it says how many cards are decided.
  const decided = counts.restored + counts.keptOut;
  return state === 'running' ? share(decided, decided + counts.planned) : null;
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : null;
}
