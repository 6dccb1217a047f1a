import { randomUUID } from 'node:crypto';
import { PinwardError } from '#libs/errors';
import {
  DeviceFault,
  EnvelopeUnreadable,
  EvaluationLost,
  HsmUnavailable,
  hsmUnavailable,
  unavailableIfHsmFault,
  HsmFault,
  VerifierGivenUp,
  type EnrolPinRequest,
  type EvaluationBounds,
  type EvaluationName,
  type HsmPermit,
  type PinHsm,
} from '#libs/hsm';
import { answered, refused, storedProblem, type Answered, type StoredAnswer } from '#libs/requests';
import type { PinPolicy } from '../../policy.js';
import type { Card } from '../../cards/card.js';
import { evaluationInProgress } from '../../cards/card-state.js';
import type { CardStore } from '../../cards/card-store.js';
import { orUnreadable, type Enrolment } from '../enrolment.js';
import type { WeakPins } from '../weak-pins.js';
import type { Granted, Settlement, SettleRequest, SpendRequest } from './evaluation.js';

/**
 * An evaluation must start at least so long before its deadline: otherwise one that the sweeper has closed could still
 * be judged.
 */
const START_MARGIN_MS = 2_000;

/** Reads the monotonic clock, nanoseconds; injected so that tests set the time. */
export type MonotonicClock = () => bigint;

/** An evaluation whose try is spent and durable. */
export interface OpenEvaluation {
  readonly granted: Granted;
  /** The evaluation for which the HSM host attests its verdict. */
  readonly name: EvaluationName;
  readonly bounds: EvaluationBounds;
  readonly afterFailure: AfterFailure;
}

/** Tries left and status if an evaluation ends as a failure. */
interface AfterFailure {
  readonly triesRemaining: number;
  readonly pinStatus: 'active' | 'locked';
  /** Only there when the next failure locks the card: the payer is to be told (docs/try-counter.md). */
  readonly lastTry?: true;
}

/**
 * Spend first, evaluate second, settle third (docs/try-counter.md). Validate and change differ only in what they
 * evaluate. What a fault costs is decided here, in one place.
 */
export class Evaluations {
  constructor(
    private readonly hsm: PinHsm,
    private readonly cards: CardStore,
    private readonly policy: PinPolicy,
    private readonly clock: MonotonicClock = () => process.hrtime.bigint(),
  ) {}

  /**
   * Called before a one-time password is counted and the weak list's tags are made, for a card that could not take the
   * work anyway.
   *
   * @throws PinwardError PIN_EVALUATION_IN_PROGRESS
   */
  async assertNoneInFlight(tenantId: string, cardId: string): Promise<void> {
    const evaluation = await this.cards.findEvaluation(tenantId, cardId);
    if (evaluation !== null) throw evaluationInProgress();
  }

  /**
   * Takes a permit of the tenant's share of the HSM queue. Without a permit the answer is 503, and nothing has been
   * spent.
   */
  reserve(tenantId: string): HsmPermit {
    try {
      return this.hsm.reserve(tenantId);
    } catch (fault) {
      throw hsmUnavailable(fault);
    }
  }

  /**
   * @param evaluate opens the envelopes inside the HSM; its faults are settled here
   * @param otpId for a change: the outcome is answered only if it is still live
   * @throws PinwardError the refusal, or the problem that the settled evaluation ends with
   */
  async evaluate<Body>(
    request: Omit<SpendRequest, 'evaluationId'>,
    evaluate: (evaluation: OpenEvaluation) => Promise<Settlement>,
    otpId: string | null = null,
  ): Promise<Answered<Body>> {
    // 1. Spend. The time limits start before it, so they end before the database's deadline.
    const spend: SpendRequest = { ...request, evaluationId: randomUUID() };
    const bounds = this.bounds();
    const granted = await this.cards.spend(spend);
    if (granted.outcome === 'answered') return replay<Body>(granted.answer);
    if (granted.outcome !== 'granted') throw refused(granted);
    // 2. Evaluate.
    const { evaluationId, operation } = spend;
    const name = { evaluationId, operation, eventNo: granted.eventNo };
    const evaluation: OpenEvaluation = { granted, name, bounds, afterFailure: afterFailure(granted) };
    const settlement = await evaluate(evaluation).catch((fault: unknown) =>
      settlementOfFault(fault, evaluation),
    );
    // 3. Settle. The caller gets only a settled verdict.
    return this.settle<Body>({ ...spend, ...settlement, otpId });
  }

  private async settle<Body>(request: SettleRequest): Promise<Answered<Body>> {
    const settled = await this.cards.settle(request);
    switch (settled.outcome) {
      case 'settled':
        return replay<Body>(request.answer, { replayed: false });
      case 'answered':
        return replay<Body>(settled.answer, { replayed: false });
      case 'fenced':
        throw hsmUnavailable();
    }
  }

  /**
   * Makes the weak list's tags, then opens the new PIN of a set or a reset. No try is spent here, so an HSM fault is a
   * plain 503.
   */
  async openNewPin(
    weakPins: WeakPins,
    { card, ...asked }: Pick<EnrolPinRequest, 'envelope' | 'history'> & { readonly card: Card },
  ): Promise<Enrolment> {
    const tags = await weakPins.tagsFor(card);
    using permit = this.reserve(card.tenantId);
    const request = { card, ...asked, eventNo: card.eventNo, weakPins: tags };
    return await this.hsm
      .enrolPin(permit, { ...request, evaluation: null, bounds: this.bounds() })
      .catch(orUnreadable)
      .catch(unavailableIfHsmFault);
  }

  /** Time limits of an HSM operation that begins now. */
  private bounds(): EvaluationBounds {
    const now = this.clock();
    const window = this.policy.evaluationWindowMs;
    return {
      startBefore: now + BigInt(window - START_MARGIN_MS) * 1_000_000n,
      endBefore: now + BigInt(window) * 1_000_000n,
    };
  }
}

function afterFailure({ triesLeft }: Granted): AfterFailure {
  if (triesLeft <= 0) return { triesRemaining: 0, pinStatus: 'locked' };
  const left = { triesRemaining: triesLeft, pinStatus: 'active' } as const;
  return triesLeft === 1 ? { ...left, lastTry: true } : left;
}

/**
 * Turns a final answer into what the use case returns or throws.
 *
 * @throws PinwardError when the answer is a problem
 */
export function replay<Body>(answer: StoredAnswer, { replayed } = { replayed: true }): Answered<Body> {
  // Not final: the stored answer says that nothing was evaluated, and the caller needs its Retry-After.
  if ('problem' in answer && answer.problem === 'HSM_UNAVAILABLE') throw hsmUnavailable();
  return answered<Body>(answer, { replayed });
}

/**
 * What a fault costs (docs/try-counter.md, "What costs a try"). After an unexpected fault the try stays spent, and the
 * sweeper closes the evaluation.
 */
function settlementOfFault(fault: unknown, evaluation: OpenEvaluation): Settlement {
  const verdictMac = fault instanceof HsmFault ? fault.verdictMac : null;
  if (fault instanceof EnvelopeUnreadable) {
    const answer = storedProblem('PIN_ENVELOPE_UNREADABLE', { ...evaluation.afterFailure });
    return { verdictMac, verdict: 'unreadable', answer };
  }
  if (fault instanceof HsmUnavailable || fault instanceof DeviceFault) {
    return { verdictMac, verdict: 'given-back', answer: storedProblem('HSM_UNAVAILABLE') };
  }
  if (fault instanceof VerifierGivenUp) {
    return { verdictMac, verdict: 'given-back', answer: storedProblem('PIN_RESET_REQUIRED') };
  }
  if (fault instanceof EvaluationLost) {
    return { verdictMac, verdict: 'abandoned', answer: storedProblem('EVALUATION_ABANDONED') };
  }
  throw fault instanceof PinwardError ? fault : new PinwardError('INTERNAL', {}, { cause: fault });
}
