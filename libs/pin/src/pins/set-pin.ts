import type { DataSource } from 'typeorm';
import type { PinHsm } from '#libs/hsm';
import type { CheckOtp, GivenOtp } from '#libs/otp';
import { earlierAnswer, storedBody, storedProblem, type Answered, type RequestContext } from '#libs/requests';
import { cardWithoutPin } from '../cards/card-state.js';
import type { CardStore } from '../cards/card-store.js';
import { ENROLMENT_REFUSALS, type Enrolment, type PinSet } from './enrolment.js';
import { otpMissing, type NewPinRecord, type NewPins } from './new-pins.js';
import { parseEnvelope, type EncryptedPin } from './parse-envelope.js';
import { replay, type Evaluations } from './try-counter/evaluations.js';
import type { WeakPins } from './weak-pins.js';

export interface SetPinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly encryptedPin: EncryptedPin;
  /** For pin-set. Null where none was given; one that is given counts, whether the rule asks for it or not. */
  readonly otp: GivenOtp | null;
}

/**
 * Gives a card its first PIN. Nothing is guessed here, so no try is spent. Weak PINs are refused without being seen. By the
 * rule of the policy or of the tenant it takes a one-time password (docs/adr/0054).
 */
export class SetPin {
  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly cards: CardStore,
    private readonly newPins: NewPins,
    private readonly evaluations: Evaluations,
    private readonly weakPins: WeakPins,
    private readonly checkOtp: CheckOtp,
  ) {}

  async execute({ context, cardId, encryptedPin, otp }: SetPinRequest): Promise<Answered<PinSet>> {
    // 1. Refuse what can be refused without cost; a repeated request gets its stored answer.
    const { envelope, id } = parseEnvelope(encryptedPin, '/encryptedPin', this.hsm);
    const answer = await earlierAnswer(this.dataSource, context);
    if (answer !== null) return replay(answer);
    const stored = await this.cards.readForEnrolment(context.tenantId, cardId);
    const card = cardWithoutPin(stored?.card ?? null);
    // 2. The one-time password.
    if (otp !== null) await this.checkOtp.execute({ context, cardId, purpose: 'pin-set', otp });
    else if (await this.newPins.setTakesOtp(context.tenantId)) throw otpMissing();
    // 3. Make the weak list's tags, then open the PIN inside the HSM and turn it into a verifier.
    const history = stored?.history ?? [];
    const result = await this.evaluations.openNewPin(this.weakPins, { card, envelope, history });
    // 4. In one transaction: verifier, envelope, one-time password, answer, audit line, event.
    return await this.newPins.recordSet({
      context,
      cardId,
      envelope: id,
      otpId: otp?.otpId ?? null,
      expectedEventNo: card.eventNo,
      ...recordOf(result),
    });
  }
}

/** What is recorded of a set or reset, and what the caller gets. */
export function recordOf(enrolment: Enrolment): Pick<NewPinRecord, 'result' | 'answer'> {
  if (enrolment.outcome === 'enrolled') {
    const answer: PinSet = { pinStatus: 'active' };
    return { result: enrolment, answer: storedBody({ ...answer }) };
  }
  const refusal = ENROLMENT_REFUSALS[enrolment.outcome];
  return { result: { outcome: 'refused', refusal }, answer: storedProblem(refusal) };
}
