import type { DataSource } from 'typeorm';
import type { PinHsm } from '#libs/hsm';
import type { CheckOtp, GivenOtp } from '#libs/otp';
import { earlierAnswer, type Answered, type RequestContext } from '#libs/requests';
import { cardWithAnyPin } from '../cards/card-state.js';
import type { CardStore } from '../cards/card-store.js';
import type { NewPins } from './new-pins.js';
import { parseEnvelope, type EncryptedPin } from './parse-envelope.js';
import type { PinSet } from './enrolment.js';
import { recordOf } from './set-pin.js';
import { replay, type Evaluations } from './try-counter/evaluations.js';
import type { WeakPins } from './weak-pins.js';

export interface ResetPinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly newPin: EncryptedPin;
  /** For pin-reset. */
  readonly otp: GivenOtp;
}

/**
 * Gives another PIN to a cardholder who has forgotten the old one, and lifts a lock. The one-time password takes the
 * place of the PIN. It serves one success or one PIN_REUSED, which would otherwise be a way to guess the old PIN.
 */
export class ResetPin {
  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly cards: CardStore,
    private readonly newPins: NewPins,
    private readonly evaluations: Evaluations,
    private readonly weakPins: WeakPins,
    private readonly checkOtp: CheckOtp,
  ) {}

  async execute({ context, cardId, newPin, otp }: ResetPinRequest): Promise<Answered<PinSet>> {
    // 1. Refuse what can be refused without cost; a repeated request gets its stored answer.
    const { envelope, id } = parseEnvelope(newPin, '/newPin', this.hsm);
    const answer = await earlierAnswer(this.dataSource, context);
    if (answer !== null) return replay(answer);
    cardWithAnyPin(await this.cards.findCard(context.tenantId, cardId));
    await this.evaluations.assertNoneInFlight(context.tenantId, cardId);
    // 2. The one-time password.
    await this.checkOtp.execute({ context, cardId, purpose: 'pin-reset', otp });
    // 3. Make the weak list's tags, then open the PIN inside the HSM and turn it into a verifier.
    const stored = await this.cards.readForEnrolment(context.tenantId, cardId);
    const card = cardWithAnyPin(stored?.card ?? null);
    const history = stored?.history ?? [];
    const result = await this.evaluations.openNewPin(this.weakPins, { card, envelope, history });
    // 4. In one transaction: verifier, history, one-time password, answer, audit line, event.
    return await this.newPins.recordReset({
      context,
      cardId,
      envelope: id,
      otpId: otp.otpId,
      expectedEventNo: card.eventNo,
      ...recordOf(result),
    });
  }
}
