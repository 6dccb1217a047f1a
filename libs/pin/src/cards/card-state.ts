import { PinwardError } from '#libs/errors';
import type { Card } from './card.js';

/** @throws PinwardError CARD_NOT_FOUND also for another tenant's card: the two are indistinguishable */
export function knownCard(card: Card | null): Card {
  if (card === null) throw new PinwardError('CARD_NOT_FOUND');
  return card;
}

/** A locked card costs no HSM call, so the state is checked before the HSM is called. */
export function cardWithPin(found: Card | null): Card {
  const card = knownCard(found);
  switch (card.pinStatus) {
    case 'active':
      return card;
    case 'unset':
      throw new PinwardError('PIN_NOT_SET');
    case 'locked':
      throw new PinwardError('PIN_LOCKED');
    case 'closed':
      throw new PinwardError('CARD_CLOSED');
  }
}

/** For a reset, which a lock does not stop. */
export function cardWithAnyPin(found: Card | null): Card {
  const card = knownCard(found);
  if (card.pinStatus === 'unset') throw new PinwardError('PIN_NOT_SET');
  if (card.pinStatus === 'closed') throw new PinwardError('CARD_CLOSED');
  return card;
}

export function cardWithoutPin(found: Card | null): Card {
  const card = knownCard(found);
  switch (card.pinStatus) {
    case 'unset':
      return card;
    case 'active':
    case 'locked':
      throw new PinwardError('PIN_ALREADY_SET');
    case 'closed':
      throw new PinwardError('CARD_CLOSED');
  }
}

/** An evaluation takes milliseconds. Its deadline is no useful hint: only after a crash does a caller wait so long. */
export function evaluationInProgress(): PinwardError {
  return new PinwardError('PIN_EVALUATION_IN_PROGRESS', {}, { retryAfterSeconds: 1 });
}
