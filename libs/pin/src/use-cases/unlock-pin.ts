import { PinwardError } from '#libs/errors';
import { storedBody, type Answered, type RequestContext } from '#libs/requests';
import { maskPanLike } from '#libs/pan-mask';
import type { PinStore } from '../ports/pin-store.js';
import { refusalError, replay } from './outcomes.js';

export interface UnlockPinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  /** 5 to 200 characters. */
  readonly reason: string;
}

export interface PinUnlocked {
  readonly pinStatus: 'active';
}

/** Gives a locked card its tries back on an operator's word. The count of failures in a row stays (nine-failures rule). */
export class UnlockPin {
  constructor(private readonly store: PinStore) {}

  async execute({ context, cardId, reason }: UnlockPinRequest): Promise<Answered<PinUnlocked>> {
    const body: PinUnlocked = { pinStatus: 'active' };
    const answer = storedBody({ ...body });
    const result = await this.store.unlock({ context, cardId, reason: maskPanLike(reason), answer });
    switch (result.outcome) {
      case 'unlocked':
        return { body, replayed: false };
      case 'answered':
        return replay(result.answer);
      case 'not-locked':
        throw new PinwardError('PIN_NOT_LOCKED');
      case 'reset-required':
        throw new PinwardError('PIN_RESET_REQUIRED');
      default:
        throw refusalError(result);
    }
  }
}
