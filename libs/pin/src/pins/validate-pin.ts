import type { MatchPinResult, PinHsm } from '#libs/hsm';
import { storedBody, type Answered, type RequestContext } from '#libs/requests';
import type { PinStatus } from '../cards/card.js';
import type { Settlement } from './try-counter/evaluation.js';
import type { Evaluations, OpenEvaluation } from './try-counter/evaluations.js';
import { parseEnvelope, type EncryptedPin } from './parse-envelope.js';

export interface ValidatePinRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly encryptedPin: EncryptedPin;
}

export interface PinValidated {
  readonly verified: boolean;
  readonly triesRemaining: number;
  readonly pinStatus: PinStatus;
  /** Of a wrong PIN that leaves exactly one try. */
  readonly lastTry?: true;
}

/** Checks whether the PIN in the envelope is the card's. A wrong PIN is an outcome, not an error. */
export class ValidatePin {
  constructor(
    private readonly hsm: PinHsm,
    private readonly evaluations: Evaluations,
  ) {}

  async execute({ context, cardId, encryptedPin }: ValidatePinRequest): Promise<Answered<PinValidated>> {
    // 1. Refuse what can be refused without cost.
    const { envelope, id } = parseEnvelope(encryptedPin, '/encryptedPin', this.hsm);
    // 2. Take a permit of the HSM queue before a try is spent.
    using permit = this.evaluations.reserve(context.tenantId);
    // 3. Spend the try, open the envelope inside the HSM, settle.
    const card = { tenantId: context.tenantId, cardId };
    return await this.evaluations.evaluate(
      { context, cardId, operation: 'validate', envelopes: [id] },
      async (evaluation) => {
        const { granted, name, bounds } = evaluation;
        const { verifier } = granted;
        const question = { card, evaluation: name, envelope, verifier, bounds };
        const result = await this.hsm.matchPin(permit, question);
        return settlementOf(result, evaluation);
      },
    );
  }
}

const NO_EFFECT = { kind: 'none' } as const;

function settlementOf(result: MatchPinResult, { granted, afterFailure }: OpenEvaluation): Settlement {
  const answer: PinValidated = result.matched
    ? { verified: true, triesRemaining: granted.maxTries, pinStatus: 'active' }
    : { verified: false, ...afterFailure };
  const { verdictMac } = result;
  if (!result.matched) return { verdict: 'not-matched', verdictMac, answer: storedBody({ ...answer }) };
  const effect =
    result.renewed === null ? NO_EFFECT : ({ kind: 'renewed', verifier: result.renewed } as const);
  return { verdict: 'matched', verdictMac, effect, answer: storedBody({ ...answer }) };
}
