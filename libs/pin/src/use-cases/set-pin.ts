import { PinwardError } from '#libs/errors';
import type { PinHsm } from '#libs/hsm';
import { storedBody, storedProblem, type Answered, type RequestContext } from '#libs/requests';
import type { EnrolmentRecord, PinStore } from '../ports/pin-store.js';
import { cardWithoutPin } from './card-state.js';
import { earlierAnswer, ENROLMENT_REFUSALS, type Enrolment } from './enrolment.js';
import type { Evaluations } from './evaluations.js';
import { replay } from './outcomes.js';
import { parseEnvelope, type EncryptedPin } from './parse-envelope.js';
import type { WeakPins } from './weak-pins.js';

export interface SetPinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly encryptedPin: EncryptedPin;
}

export interface PinSet {
  readonly pinStatus: 'active';
}

/** Gives a card its first PIN. No PIN is guessed here, so no try is spent; weak PINs are refused unseen. */
export class SetPin {
  constructor(
    private readonly hsm: PinHsm,
    private readonly store: PinStore,
    private readonly evaluations: Evaluations,
    private readonly weakPins: WeakPins,
  ) {}

  async execute({ context, cardId, encryptedPin }: SetPinRequest): Promise<Answered<PinSet>> {
    // 1. Refuse what can be refused for free; a repeated request gets its stored answer.
    const { envelope, id } = parseEnvelope(encryptedPin, '/encryptedPin', this.hsm);
    const answer = await earlierAnswer(this.store, context);
    if (answer !== null) return replay(answer);
    const stored = await this.store.readForEnrolment(context.tenantId, cardId);
    const card = cardWithoutPin(stored?.card ?? null);
    // 2. Make the weak list's values, then open the PIN inside the HSM and turn it into a verifier.
    const weakPins = await this.weakPins.tagsFor(card);
    const history = stored?.history ?? [];
    const { eventNo } = card;
    const result = await this.evaluations.openNewPin({ card, eventNo, envelope, weakPins, history });
    // 3. Store verifier, envelope, answer, audit and event in one transaction.
    return await this.record({
      context,
      cardId,
      envelope: id,
      expectedEventNo: card.eventNo,
      ...recordOf(result),
    });
  }

  private async record(record: EnrolmentRecord): Promise<Answered<PinSet>> {
    const recorded = await this.store.recordEnrolment(record);
    switch (recorded.outcome) {
      case 'recorded':
        return replay(record.answer, { replayed: false });
      case 'answered':
        return replay(recorded.answer);
      case 'envelope-replayed':
        throw new PinwardError('PIN_ENVELOPE_REPLAYED');
      case 'request-id-reused':
        throw new PinwardError('REQUEST_ID_REUSED');
      case 'card-changed':
        // Only setting or closing moves a card away from `unset`; its new state says which.
        cardWithoutPin(await this.store.findCard(record.context.tenantId, record.cardId));
        throw new PinwardError('DATABASE_UNAVAILABLE', {}, { retryAfterSeconds: 1 });
    }
  }
}

/** What is recorded of a set or reset, and what the caller is told. */
export function recordOf(enrolment: Enrolment): Pick<EnrolmentRecord, 'result' | 'answer'> {
  if (enrolment.outcome === 'enrolled') {
    const answer: PinSet = { pinStatus: 'active' };
    return { result: enrolment, answer: storedBody({ ...answer }) };
  }
  const refusal = ENROLMENT_REFUSALS[enrolment.outcome];
  return { result: { outcome: 'refused', refusal }, answer: storedProblem(refusal) };
}
