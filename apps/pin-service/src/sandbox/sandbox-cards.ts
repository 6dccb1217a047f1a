import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { currentPinKey, encryptPinFor, type EncryptedPin } from '#libs/client';
import { PinwardError } from '#libs/errors';
import { PinHsm } from '#libs/hsm';
import { IssueOtp, type GivenOtp } from '#libs/otp';
import { CloseCard, NewPins, SetPin, UnlockPin, ValidatePin } from '#libs/pin';
import { SecretText } from '#libs/secret-text';
import { TrailGuard } from '../brakes/brake.guard.js';
import { cardView } from '../cards/card-view.js';
import { ownRequest, type Asker } from './own-request.js';
import { SANDBOX_CODE, type SandboxState } from './references.js';

/** Public, as a number in a manual is. */
export const KNOWN_PIN = '4071';
const ANOTHER_PIN = '9340';

interface FreshCard {
  readonly cardId: string;
  readonly pinAccount: string;
}

/**
 * Puts cards into states the way callers do: each step is a use case with its tries, audit lines and events, and PINs
 * are encrypted for the HSM as a card app encrypts them. No row is written here.
 */
@Injectable()
export class SandboxCards {
  constructor(
    private readonly hsm: PinHsm,
    private readonly newPins: NewPins,
    private readonly issueOtp: IssueOtp,
    private readonly setPin: SetPin,
    private readonly validatePin: ValidatePin,
    private readonly unlockPin: UnlockPin,
    private readonly closeCard: CloseCard,
    private readonly trail: TrailGuard,
  ) {}

  /** Done once for each card; what a fault has cut off goes on when the registration is repeated. */
  async prepare(asker: Asker, card: FreshCard, state: SandboxState): Promise<void> {
    this.trail.canActivate();
    if (state === 'closed') return await this.close(asker, card.cardId);
    if (!(await this.givePin(asker, card))) return;
    switch (state) {
      case 'active':
        return;
      case 'two-wrong':
        await this.tryWrong(asker, card, 1);
        await this.tryWrong(asker, card, 2);
        return;
      case 'locked':
        await this.lock(asker, card);
        return;
      case 'reset-required': {
        let tried = await this.lock(asker, card);
        while (await this.unlock(asker, card, tried)) tried = await this.lock(asker, card, tried);
      }
    }
  }

  async close(asker: Asker, cardId: string): Promise<void> {
    await this.closeCard.execute({ context: ownRequest(asker, cardId, 'close'), cardId, view: cardView });
  }

  /** @returns false for a card that had its PIN before: since then it is the caller's */
  private async givePin(asker: Asker, card: FreshCard): Promise<boolean> {
    const { cardId } = card;
    const encryptedPin = await this.encrypted(KNOWN_PIN, card);
    try {
      const otp = (await this.newPins.setTakesOtp(asker.tenantId)) ? await this.otpFor(asker, cardId) : null;
      await this.setPin.execute({ context: ownRequest(asker, cardId, 'set'), cardId, encryptedPin, otp });
      return true;
    } catch (fault) {
      if (fault instanceof PinwardError && fault.code === 'PIN_ALREADY_SET') return false;
      throw fault;
    }
  }

  /** A new one for each attempt: the one of an attempt that a fault cut off may have expired. */
  private async otpFor(asker: Asker, cardId: string): Promise<GivenOtp> {
    const context = ownRequest(asker, cardId, `otp-${randomUUID()}`);
    const { body } = await this.issueOtp.execute({ context, cardId, purpose: 'pin-set' });
    return { otpId: body.otpId, code: new SecretText(SANDBOX_CODE) };
  }

  /** @returns whether the card is locked by it */
  private async tryWrong(asker: Asker, card: FreshCard, number: number): Promise<boolean> {
    const { cardId } = card;
    const context = ownRequest(asker, cardId, `wrong-${number}`);
    const encryptedPin = await this.encrypted(ANOTHER_PIN, card);
    const { body } = await this.validatePin.execute({ context, cardId, encryptedPin });
    return body.pinStatus === 'locked';
  }

  /** @returns how many wrong PINs there have been, those before included */
  private async lock(asker: Asker, card: FreshCard, before = 0): Promise<number> {
    const number = before + 1;
    return (await this.tryWrong(asker, card, number)) ? number : await this.lock(asker, card, number);
  }

  /** @returns false where it cannot be unlocked any more */
  private async unlock(asker: Asker, { cardId }: FreshCard, tried: number): Promise<boolean> {
    const context = ownRequest(asker, cardId, `unlock-${tried}`);
    try {
      await this.unlockPin.execute({ context, cardId, reason: 'the sandbox uses up all tries' });
      return true;
    } catch (fault) {
      if (fault instanceof PinwardError && fault.code === 'PIN_RESET_REQUIRED') return false;
      throw fault;
    }
  }

  private async encrypted(pin: string, { cardId, pinAccount }: FreshCard): Promise<EncryptedPin> {
    const keys = this.hsm.transportKeys().map(({ expiresAt, ...key }) => {
      return { ...key, kty: 'RSA', use: 'enc', expiresAt: expiresAt?.toISOString() ?? null } as const;
    });
    return await encryptPinFor({ pin, cardId, pinAccount, key: currentPinKey({ keys }) });
  }
}
