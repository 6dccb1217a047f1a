import type { DataSource } from 'typeorm';
import { outsideTransaction } from '#libs/database';
import { approvalsInForce } from '#libs/policy';
import type { Answered } from '#libs/requests';
import type { PinUnlocked, RequestUnlock, UnlockPin, UnlockPinRequest, UnlockRequested } from '#libs/pin';

/** An unlock by one person, or the first step of one that takes two (the policy of the database). */
export class Unlocking {
  constructor(
    private readonly dataSource: DataSource,
    private readonly unlockPin: UnlockPin,
    private readonly requestUnlock: RequestUnlock,
  ) {}

  async execute(request: UnlockPinRequest): Promise<Answered<PinUnlocked | UnlockRequested>> {
    const persons = await outsideTransaction(() => approvalsInForce(this.dataSource.manager));
    return persons === 1 ? await this.unlockPin.execute(request) : await this.requestUnlock.execute(request);
  }
}
