import type { Answered } from '#libs/requests';
import type { PinUnlocked, RequestUnlock, UnlockPin, UnlockPinRequest, UnlockRequested } from '#libs/pin';

/** An unlock by one person, or the first step of one that takes two (UNLOCK_APPROVALS). */
export class Unlocking {
  constructor(
    private readonly persons: number,
    private readonly unlockPin: UnlockPin,
    private readonly requestUnlock: RequestUnlock,
  ) {}

  async execute(request: UnlockPinRequest): Promise<Answered<PinUnlocked | UnlockRequested>> {
    return this.persons === 1
      ? await this.unlockPin.execute(request)
      : await this.requestUnlock.execute(request);
  }
}
