import { randomUUID } from 'node:crypto';
import type { OtpPurpose, PinwardClient } from '#libs/client/backend';
import { deliveredCode } from '../../scripts/service/delivered-code.js';
import type { KnownCard } from '../service/service-kit.js';
import { randomPin } from '../support/random-pin.js';
import type { BackendKit } from './backend-kit.js';

/** Cards of a backend, brought into a state by its own calls. */
export class BackendCards {
  constructor(
    private readonly kit: BackendKit,
    private readonly backend: PinwardClient,
  ) {}

  async registered(data = {}): Promise<KnownCard & { readonly cardRef: string }> {
    const { pinAccount = '', ...card } = await this.backend.registerCard({
      cardRef: `ref-${randomUUID()}`,
      ...data,
    });
    return { ...card, pinAccount };
  }

  async otpFor({ cardId }: KnownCard, purpose: OtpPurpose) {
    const issued = await this.backend.issueOtp({ cardId, purpose });
    if (issued.outcome !== 'ISSUED') throw new Error(issued.outcome);
    return { otpId: issued.otpId, code: await deliveredCode(this.kit.kit.identity.outboxFile, issued.otpId) };
  }

  async withPin(pin: string): Promise<KnownCard> {
    const card = await this.registered();
    await this.backend.setPin({ cardId: card.cardId, encryptedPin: await this.kit.kit.encrypt(pin, card) });
    return card;
  }

  async validate(card: KnownCard, pin: string) {
    const encryptedPin = await this.kit.kit.encrypt(pin, card);
    return await this.backend.validatePin({ cardId: card.cardId, encryptedPin });
  }

  async locked(): Promise<KnownCard> {
    const card = await this.withPin(randomPin());
    for (let tries = 0; tries < 3; tries += 1) await this.validate(card, randomPin());
    return card;
  }
}
