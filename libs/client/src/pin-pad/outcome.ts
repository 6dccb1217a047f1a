import type { TextName } from './texts.js';

/** What the pad tells the person, and how the pad goes on. */
export interface Outcome {
  readonly text: TextName;
  /** For the text. */
  readonly n: number;
  readonly state: 'done' | 'locked' | 'entry';
}

const OF_CODES: ReadonlyMap<unknown, TextName> = new Map([
  ['PIN_LOCKED', 'locked'],
  ['PIN_TOO_WEAK', 'weak'],
  ['PIN_REUSED', 'reused'],
]);

/**
 * The meaning of an answer of the service's to set, validate, change or reset, a problem among them (docs/http-api.md).
 *
 * @param body as parsed from JSON; what is not understood has failed
 */
export function outcomeOf(body: unknown): Outcome {
  const { verified, changed, pinStatus, triesRemaining, lastTry, code } = (body ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (code !== undefined) return told(OF_CODES.get(code) ?? 'failed');
  if (pinStatus === 'locked') return told('locked');
  if (verified === false || changed === false)
    return lastTry === true ? told('last', 1) : told('wrong', Number(triesRemaining));
  // Set and reset say neither: they answer the status alone.
  return told(pinStatus === 'active' ? 'done' : 'failed');
}

function told(text: TextName, n = 0): Outcome {
  return { text, n, state: text === 'done' || text === 'locked' ? text : 'entry' };
}
