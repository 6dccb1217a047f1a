import type { DataSource } from 'typeorm';
import { maskPanLike } from '#libs/pan-mask';
import { storedBody, type Answered, type RequestContext } from '#libs/requests';
import { onceOnCard } from '../pins/try-counter/claims.js';
import type { PinPolicy } from '../policy.js';
import { liftLock, lockedCard } from './locked-card.js';

export interface UnlockPinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  /** 5 to 200 characters. */
  readonly reason: string;
}

export interface PinUnlocked {
  readonly pinStatus: 'active';
}

/**
 * Gives a locked card its tries back because an operator says so. The count of failures in a row stays (nine-failures
 * rule).
 */
export class UnlockPin {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {}

  /** @throws PinwardError as lockedCard does */
  async execute({ context, cardId, reason }: UnlockPinRequest): Promise<Answered<PinUnlocked>> {
    const card = { tenantId: context.tenantId, cardId };
    const call = { action: 'pin.unlock', cardId, stoppedAs: 'pin.unlock' } as const;
    return await onceOnCard(this.dataSource, this.policy, context, call, async (manager) => {
      const row = await lockedCard(manager, this.policy, card);
      const lifted = { context, row, by: context.subject, reason: maskPanLike(reason) };
      await liftLock(manager, this.policy, lifted);
      return { answer: storedBody({ pinStatus: 'active' }) };
    });
  }
}
