import { TEXTS, type MessageName } from './texts.js';

export { TEXTS, type MessageName } from './texts.js';

/** Every text, in one language. */
export type MessageTexts = Readonly<Record<MessageName, string>>;

type Answer = Readonly<Record<string, unknown>>;

/**
 * The name of what a cardholder is told.
 *
 * @param answer the body that the service answered, problems included; or what PinwardClient brought (`outcome`), or the
 *   PinwardError that it threw (`code`). What is not understood has failed
 */
export function messageName(answer: unknown): MessageName {
  const { outcome, code, verified, changed, pinStatus, lastTry, triesRemaining } = (answer ?? {}) as Answer;
  if (code !== undefined) return known(code);
  if (outcome !== undefined && outcome !== 'WRONG_PIN') return known(outcome);
  if (outcome === 'WRONG_PIN' || verified === false || changed === false) {
    if (pinStatus === 'locked') return 'PIN_LOCKED';
    if (lastTry === true) return 'LAST_TRY';
    return Number.isInteger(triesRemaining) ? 'WRONG_PIN' : 'FAILED';
  }
  if (verified === true) return 'VERIFIED';
  if (changed === true) return 'PIN_CHANGED';
  return pinStatus === 'active' ? 'PIN_SET' : 'FAILED';
}

/** The text for a cardholder. @param texts in another language; English unless given */
export function messageFor(answer: unknown, texts: MessageTexts = TEXTS): string {
  const { triesRemaining } = (answer ?? {}) as Answer;
  return texts[messageName(answer)].replace('{n}', String(triesRemaining));
}

function known(name: unknown): MessageName {
  return typeof name === 'string' && Object.hasOwn(TEXTS, name) ? (name as MessageName) : 'FAILED';
}
