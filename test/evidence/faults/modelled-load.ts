import { setTimeout as pause } from 'node:timers/promises';
import { randomPin } from '../../support/random-pin.js';
import type { ServiceProcess } from '../../rigs/service-process.js';
import type { IssuedCard, PinAnswer, PreparedRequest } from '../card-app.js';
import { MAX_TRIES, type ServiceRig } from '../service-rig.js';

/** Of the guesses; the others are right. */
const WRONG_SHARE = 0.3;
const REPEATED_AFTER_MS = 25;
const FINAL_WITHIN_MS = 150_000;
/** What a caller repeats the same request after: same bytes, same id. */
const NOT_FINAL = new Set(['REQUEST_IN_PROGRESS', 'PIN_EVALUATION_IN_PROGRESS']);

export interface LoadCounts {
  verdicts: number;
  wrong: number;
  unreadable: number;
  abandoned: number;
  locked: number;
  /** Answers that were not final: 503, or none at all. */
  refused: number;
}

/**
 * Callers that each have one card and know how many tries it has: a verdict, an unreadable envelope and an abandoned
 * evaluation cost what docs/try-counter.md says, anything else nothing. Each request is repeated with its own bytes
 * under its own id until its answer is final, so at the end every card must have exactly the tries its caller counted.
 */
export class ModelledLoad {
  readonly counts: LoadCounts = { verdicts: 0, wrong: 0, unreadable: 0, abandoned: 0, locked: 0, refused: 0 };
  /** Answers no client should get, and counts that differ. */
  readonly faults: string[] = [];
  /** When answers came that were final. */
  lastVerdictAt = 0;
  readonly #callers: Caller[] = [];
  #stopped = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rig: ServiceRig,
    private readonly service: ServiceProcess,
  ) {}

  async start(callers: number): Promise<void> {
    for (let index = 0; index < callers; index += 1) {
      const pin = randomPin();
      const card = await this.rig.app.cardWithPin(this.service, pin);
      this.#callers.push({ card, pin, left: MAX_TRIES });
    }
    this.#running = Promise.all(this.#callers.map((caller) => this.run(caller)));
  }

  /** Ends when every request has its final answer, and compares. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    for (const { card, left } of this.#callers) {
      const actual = await this.rig.app.triesRemaining(this.service, card);
      if (actual !== left)
        this.faults.push(`card ${card.cardId} has ${actual} tries left, its caller counted ${left}`);
    }
  }

  /** Resolves once so many further verdicts have come. */
  async verdicts(more: number): Promise<void> {
    for (const goal = this.counts.verdicts + more; this.counts.verdicts < goal; await pause(5));
  }

  private async run(caller: Caller): Promise<void> {
    while (!this.#stopped) {
      if (caller.left === 0) await this.unlock(caller);
      const right = Math.random() >= WRONG_SHARE;
      const request = await this.rig.app.validation(caller.card, right ? caller.pin : randomPin());
      this.judge(caller, right, request, await this.finalAnswer(request));
    }
  }

  private judge(
    caller: Caller,
    right: boolean,
    { requestId }: PreparedRequest,
    { status, body }: PinAnswer,
  ): void {
    this.lastVerdictAt = Date.now();
    const told = `${requestId}: ${status} ${JSON.stringify(body)}, right: ${right}`;
    if (status === 200 && body.verified === right) {
      this.counts.verdicts += 1;
      this.counts.wrong += Number(!right);
      caller.left = right ? MAX_TRIES : caller.left - 1;
    } else if (status === 422 && body.code === 'PIN_ENVELOPE_UNREADABLE') {
      this.counts.unreadable += 1;
      caller.left -= 1;
    } else if (status === 409 && body.code === 'EVALUATION_ABANDONED') {
      this.counts.abandoned += 1;
      caller.left -= 1;
    } else {
      this.faults.push(told);
      return;
    }
    this.counts.locked += Number(caller.left === 0);
    if (body.triesRemaining !== undefined && body.triesRemaining !== caller.left)
      this.faults.push(`${told}, its caller counted ${caller.left}`);
  }

  private async finalAnswer(request: PreparedRequest): Promise<PinAnswer> {
    for (const end = Date.now() + FINAL_WITHIN_MS; ; await pause(REPEATED_AFTER_MS)) {
      const answer = await this.rig.app.send(this.service, request).catch(() => null);
      const code = answer?.body.code ?? '';
      if (answer !== null && answer.status !== 503 && !NOT_FINAL.has(code)) return answer;
      this.counts.refused += 1;
      if (Date.now() > end) throw new Error(`no final answer: ${answer?.status} ${code}`);
    }
  }

  private async unlock(caller: Caller): Promise<void> {
    for (const end = Date.now() + FINAL_WITHIN_MS; Date.now() < end; await pause(REPEATED_AFTER_MS)) {
      await this.rig.app.unlock(this.service, caller.card).catch(() => undefined);
      const left = await this.rig.app.triesRemaining(this.service, caller.card).catch(() => 0);
      if (left !== MAX_TRIES) continue;
      caller.left = MAX_TRIES;
      return;
    }
    throw new Error('the card was not unlocked');
  }
}

interface Caller {
  readonly card: IssuedCard;
  readonly pin: string;
  left: number;
}
