import type { DataSource } from 'typeorm';
import type { PinHsm } from '#libs/hsm';
import { earlierAnswer, storedBody, storedProblem, type Answered, type RequestContext } from '#libs/requests';
import { cardWithoutPin } from '../cards/card-state.js';
import type { CardStore } from '../cards/card-store.js';
import { ENROLMENT_REFUSALS, type Enrolment, type PinSet } from './enrolment.js';
import type { NewPinRecord, NewPins } from './new-pins.js';
import { parseEnvelope, type EncryptedPin } from './parse-envelope.js';
import { replay, type Evaluations } from './try-counter/evaluations.js';
import type { WeakPins } from './weak-pins.js';

export interface SetPinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly encryptedPin: EncryptedPin;
}

/** Gives a card its first PIN. No PIN is guessed here, so no try is spent; weak PINs are refused unseen. */
export class SetPin {
  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly cards: CardStore,
    private readonly newPins: NewPins,
    private readonly evaluations: Evaluations,
    private readonly weakPins: WeakPins,
  ) {}

  async execute({ context, cardId, encryptedPin }: SetPinRequest): Promise<Answered<PinSet>> {
    // 1. Refuse what can be refused for free; a repeated request gets its stored answer.
    const { envelope, id } = parseEnvelope(encryptedPin, '/encryptedPin', this.hsm);
    const answer = await earlierAnswer(this.dataSource, context);
    if (answer !== null) return replay(answer);
    const stored = await this.cards.readForEnrolment(context.tenantId, cardId);
    const card = cardWithoutPin(stored?.card ?? null);
    // 2. Make the weak list's values, then open the PIN inside the HSM and turn it into a verifier.
    const history = stored?.history ?? [];
    const result = await this.evaluations.openNewPin(this.weakPins, { card, envelope, history });
    // 3. Store verifier, envelope, answer, audit and event in one transaction.
    return await this.newPins.recordSet({
      context,
      cardId,
      envelope: id,
      expectedEventNo: card.eventNo,
      ...recordOf(result),
    });
  }
}

/** What is recorded of a set or reset, and what the caller is told. */
export function recordOf(enrolment: Enrolment): Pick<NewPinRecord, 'result' | 'answer'> {
  if (enrolment.outcome === 'enrolled') {
    const answer: PinSet = { pinStatus: 'active' };
    return { result: enrolment, answer: storedBody({ ...answer }) };
  }
  const refusal = ENROLMENT_REFUSALS[enrolment.outcome];
  return { result: { outcome: 'refused', refusal }, answer: storedProblem(refusal) };
}
