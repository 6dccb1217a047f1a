import type { Schemas } from '../../api/client.js';

type Card = Schemas['OperatorCard'];
type Brake = Schemas['Brake'];

/** Why a card cannot be unlocked as it stands, in words, or null where it can. */
export function whyNoUnlock({ pinStatus }: Pick<Card, 'pinStatus'>): string | null {
  switch (pinStatus) {
    case 'locked':
      return null;
    case 'active':
      return 'The card is not locked: there is nothing to unlock.';
    case 'unset':
      return 'The card has no PIN yet: there is nothing to unlock.';
    case 'closed':
      return 'The card is closed, for good. Nothing can be done with it any more.';
  }
}

/** Brakes that stop an unlock of this card. */
export function brakesOn(cardId: string, brakes: readonly Brake[]): Brake[] {
  return brakes.filter(({ kind, target }) => {
    if (kind === 'everything') return true;
    return (kind === 'card' && target === cardId) || (kind === 'operation' && target === 'pin.unlock');
  });
}

/** Past the limit an unlock is refused, and only a new PIN with a one-time password helps. */
export function needsReset(failures: number, limit: unknown): boolean {
  return typeof limit === 'number' && failures >= limit;
}
