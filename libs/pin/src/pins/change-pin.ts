import { PinwardError } from '#libs/errors';
import type { CheckOtp, GivenOtp } from '#libs/otp';
import type { HsmPermit, PinHsm, VerdictMac, WeakPinTags } from '#libs/hsm';
import { refused, storedBody, storedProblem, type Answered, type RequestContext } from '#libs/requests';
import type { PinStatus } from '../cards/card.js';
import { cardWithPin } from '../cards/card-state.js';
import type { CardStore } from '../cards/card-store.js';
import { ENROLMENT_REFUSALS, orUnreadable, type Enrolment } from './enrolment.js';
import type { Settlement } from './try-counter/evaluation.js';
import { replay, type Evaluations, type OpenEvaluation } from './try-counter/evaluations.js';
import { parseEnvelope, type EncryptedPin, type ParsedEnvelope } from './parse-envelope.js';
import type { WeakPins } from './weak-pins.js';

export interface ChangePinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly currentPin: EncryptedPin;
  readonly newPin: EncryptedPin;
  /** For pin-change. */
  readonly otp: GivenOtp;
}

export type PinChanged =
  | { readonly changed: true; readonly pinStatus: PinStatus }
  | {
      readonly changed: false;
      readonly reason: 'WRONG_PIN';
      readonly triesRemaining: number;
      readonly pinStatus: PinStatus;
      readonly lastTry?: true;
    };

interface Opening {
  readonly request: ChangePinRequest;
  readonly permit: HsmPermit;
  readonly current: ParsedEnvelope;
  readonly next: ParsedEnvelope;
  readonly weakPins: WeakPinTags;
}

/**
 * Replaces the PIN for a cardholder who has the one-time password and proves the current PIN. A wrong one-time password
 * never touches the PIN or its counter. The new PIN is opened only after the current one matched.
 */
export class ChangePin {
  constructor(
    private readonly hsm: PinHsm,
    private readonly cards: CardStore,
    private readonly evaluations: Evaluations,
    private readonly weakPins: WeakPins,
    private readonly checkOtp: CheckOtp,
  ) {}

  async execute(request: ChangePinRequest): Promise<Answered<PinChanged>> {
    const { context, cardId } = request;
    // 1. Refuse what can be refused without cost; a repeated request gets its stored answer.
    const current = parseEnvelope(request.currentPin, '/currentPin', this.hsm);
    const next = parseEnvelope(request.newPin, '/newPin', this.hsm);
    const claim = await this.cards.lookUpClaim(context);
    if (claim.outcome === 'answered') return replay(claim.answer);
    if (claim.outcome !== 'new') throw refused(claim);
    const card = cardWithPin(await this.cards.findCard(context.tenantId, cardId));
    await this.evaluations.assertNoneInFlight(context.tenantId, cardId);
    // 2. The one-time password. The right one stays live until the change is settled, and the change answers nothing
    //    without it.
    await this.checkOtp.execute({ context, cardId, purpose: 'pin-change', otp: request.otp });
    // 3. Make the weak list's tags and take a permit of the HSM queue, before a try is spent.
    const weakPins = await this.weakPins.tagsFor(card);
    using permit = this.evaluations.reserve(context.tenantId);
    // 4. Spend the try, prove the current PIN, enrol the new one, settle both at once.
    const spend = { context, cardId, operation: 'change', envelopes: [current.id, next.id] } as const;
    const opening = { request, permit, current, next, weakPins };
    return await this.evaluations.evaluate(
      spend,
      (evaluation) => this.evaluate(opening, evaluation),
      request.otp.otpId,
    );
  }

  private async evaluate(opening: Opening, evaluation: OpenEvaluation): Promise<Settlement> {
    const { context, cardId } = opening.request;
    const card = { tenantId: context.tenantId, cardId };
    const { granted, name, bounds } = evaluation;
    const { matched, verdictMac } = await this.hsm.matchPin(opening.permit, {
      card,
      evaluation: name,
      envelope: opening.current.envelope,
      verifier: granted.verifier,
      bounds,
    });
    if (!matched) return wrongPin(verdictMac, evaluation);
    // No other request writes the card while its evaluation is in flight, so this history is the one that settles.
    const stored = await this.cards.readForEnrolment(context.tenantId, cardId);
    if (stored === null) throw new PinwardError('CARD_NOT_FOUND');
    const enrolled = await this.hsm
      .enrolPin(opening.permit, {
        card,
        evaluation: name,
        eventNo: name.eventNo,
        envelope: opening.next.envelope,
        weakPins: opening.weakPins,
        history: stored.history,
        bounds,
      })
      .catch(orUnreadable);
    return settlementOf(enrolled, verdictMac);
  }
}

function wrongPin(verdictMac: VerdictMac, { afterFailure }: OpenEvaluation): Settlement {
  const answer: PinChanged = { changed: false, reason: 'WRONG_PIN', ...afterFailure };
  return { verdict: 'not-matched', verdictMac, answer: storedBody({ ...answer }) };
}

function settlementOf(enrolled: Enrolment, verdictMac: VerdictMac): Settlement {
  const matched = { verdict: 'matched', verdictMac } as const;
  if (enrolled.outcome === 'enrolled') {
    const effect = { kind: 'changed', verifier: enrolled.verifier } as const;
    const answer: PinChanged = { changed: true, pinStatus: 'active' };
    return { ...matched, effect, answer: storedBody({ ...answer }) };
  }
  const code = ENROLMENT_REFUSALS[enrolled.outcome];
  return { ...matched, effect: { kind: 'refused', code }, answer: storedProblem(code) };
}
