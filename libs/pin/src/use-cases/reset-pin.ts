import { PinwardError } from '#libs/errors';
import type { PinHsm } from '#libs/hsm';
import type { CheckOtp, GivenOtp } from '#libs/otp';
import type { Answered, RequestContext } from '#libs/requests';
import type { PinStore, ResetRecord } from '../ports/pin-store.js';
import { cardWithAnyPin } from './card-state.js';
import { earlierAnswer } from './enrolment.js';
import type { Evaluations } from './evaluations.js';
import { evaluationInProgress, replay } from './outcomes.js';
import { parseEnvelope, type EncryptedPin } from './parse-envelope.js';
import { recordOf, type PinSet } from './set-pin.js';
import type { WeakPins } from './weak-pins.js';

export interface ResetPinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly newPin: EncryptedPin;
  /** For pin-reset. */
  readonly otp: GivenOtp;
}

/**
 * Gives a cardholder who has forgotten the PIN another one, and lifts a lock. The one-time password stands in for the
 * PIN: it serves one success, or one PIN_REUSED, which would else be a way to guess at the old PIN.
 */
export class ResetPin {
  constructor(
    private readonly hsm: PinHsm,
    private readonly store: PinStore,
    private readonly evaluations: Evaluations,
    private readonly weakPins: WeakPins,
    private readonly checkOtp: CheckOtp,
  ) {}

  async execute({ context, cardId, newPin, otp }: ResetPinRequest): Promise<Answered<PinSet>> {
    // 1. Refuse what can be refused for free; a repeated request gets its stored answer.
    const { envelope, id } = parseEnvelope(newPin, '/newPin', this.hsm);
    const answer = await earlierAnswer(this.store, context);
    if (answer !== null) return replay(answer);
    cardWithAnyPin(await this.store.findCard(context.tenantId, cardId));
    await this.evaluations.assertNoneInFlight(context.tenantId, cardId);
    // 2. The one-time password.
    await this.checkOtp.execute({ context, cardId, purpose: 'pin-reset', otp });
    // 3. Make the weak list's values, then open the PIN inside the HSM and turn it into a verifier.
    const stored = await this.store.readForEnrolment(context.tenantId, cardId);
    const card = cardWithAnyPin(stored?.card ?? null);
    const weakPins = await this.weakPins.tagsFor(card);
    const history = stored?.history ?? [];
    const { eventNo } = card;
    const result = await this.evaluations.openNewPin({ card, eventNo, envelope, weakPins, history });
    // 4. Store verifier, history, one-time password, answer, audit and event in one transaction.
    return await this.record({
      ...{ context, cardId, envelope: id, otpId: otp.otpId },
      expectedEventNo: card.eventNo,
      ...recordOf(result),
    });
  }

  private async record(record: ResetRecord): Promise<Answered<PinSet>> {
    const recorded = await this.store.recordReset(record);
    switch (recorded.outcome) {
      case 'recorded':
        return replay(record.answer, { replayed: false });
      case 'answered':
        return replay(recorded.answer);
      case 'otp-rejected':
        throw new PinwardError('OTP_REJECTED', { attemptsRemaining: 0 });
      case 'envelope-replayed':
        throw new PinwardError('PIN_ENVELOPE_REPLAYED');
      case 'request-id-reused':
        throw new PinwardError('REQUEST_ID_REUSED');
      case 'evaluation-in-flight':
        throw evaluationInProgress();
      case 'card-changed':
        // Another writer was faster: a card that is closed says so, any other may be tried again with the same bytes.
        cardWithAnyPin(await this.store.findCard(record.context.tenantId, record.cardId));
        throw evaluationInProgress();
    }
  }
}
