import { expect } from 'vitest';
import { randomPin } from '../support/random-pin.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import type { IssuedCard, PinAnswer, PreparedRequest } from './card-app.js';
import { FATES, type CrashPoint, type Release } from './service-crash.js';
import { MAX_TRIES, type ServiceRig } from './service-rig.js';

export interface Operation {
  readonly change: boolean;
  /** Whether the current PIN is. */
  readonly right: boolean;
}

export const OPERATIONS: readonly Operation[] = [
  { change: false, right: false },
  { change: true, right: true },
  { change: false, right: true },
  { change: true, right: false },
];

interface CrashedRequest {
  readonly point: CrashPoint;
  readonly operation: Operation;
  readonly request: PreparedRequest;
  readonly release: Release;
  /** One that lives. */
  readonly service: ServiceProcess;
}

/** One card through many crashes, with books of its own: what it owes, and what the shim saw of it. */
export class CrashedCard {
  /** Tries spent since the last success or unlock, and evaluations that the shim counted in that time. */
  #spent = 0;
  #evaluations = 0;
  /** What the last change offered. */
  #offered: string | null = null;

  private constructor(
    private readonly rig: ServiceRig,
    private readonly card: IssuedCard,
    private pin: string,
  ) {}

  static async issue(rig: ServiceRig, service: ServiceProcess, pin: string): Promise<CrashedCard> {
    return new CrashedCard(rig, await rig.app.cardWithPin(service, pin), pin);
  }

  async prepare({ change, right }: Operation, service: ServiceProcess): Promise<PreparedRequest> {
    const { app } = this.rig;
    const current = right ? this.pin : randomPin();
    this.#offered = change ? randomPin() : null;
    return this.#offered === null
      ? await app.validation(this.card, current)
      : await app.change(this.card, current, this.#offered, await app.otp(service, this.card));
  }

  /** Sends the crashed request again until it is final, and checks answer, books and PINs. */
  async resolve(crashed: CrashedRequest): Promise<void> {
    const { operation, request, release, service } = crashed;
    const final = await this.finalAnswer(crashed);
    // What comes now is too late to change anything.
    await release();
    this.book(crashed, final);
    expect(await this.rig.app.triesRemaining(service, this.card)).toBe(MAX_TRIES - this.#spent);

    const again = await this.rig.app.send(service, request);
    expect(again).toMatchObject({ status: final.status, body: final.body, replayed: true });
    const evaluated = this.rig.counts.evaluations(request.envelopes);
    expect(evaluated).toEqual(expectedEvaluations(crashed));
    if (this.#spent === MAX_TRIES) await this.unlockAfterProof(service);
    if (this.#offered !== null && operation.right)
      await this.proveWhichPinWorks(service, final, this.#offered);
  }

  /** Guesses wrongly until nothing is left: exactly what the books say is judged before the lock. */
  async exhaust(service: ServiceProcess): Promise<void> {
    for (; this.#spent < MAX_TRIES; this.#spent += 1) {
      const answer = await this.rig.app.validate(service, this.card, randomPin());
      const triesRemaining = MAX_TRIES - this.#spent - 1;
      expect(answer).toMatchObject({ status: 200, body: { verified: false, triesRemaining } });
    }
    await this.unlockAfterProof(service);
  }

  private async finalAnswer({ point, operation, request, service }: CrashedRequest): Promise<PinAnswer> {
    const { app } = this.rig;
    const { fate } = FATES[point];
    if (fate === 'abandoned') {
      const early = await app.send(service, request);
      expect(early).toMatchObject({ status: 409, body: { code: 'REQUEST_IN_PROGRESS' } });
      expect(early.retryAfter).toBeGreaterThan(0);
      await this.expectUnopened(service, { status: 409, body: { code: 'PIN_EVALUATION_IN_PROGRESS' } });
      await this.rig.passDeadline(this.card);
    }
    const final = await app.send(service, request);
    if (fate === 'abandoned') {
      expect(final).toMatchObject({ status: 409, body: { code: 'EVALUATION_ABANDONED' } });
      return final;
    }
    const outcome = operation.change ? { changed: operation.right } : { verified: operation.right };
    expect(final).toMatchObject({ status: 200, body: outcome, replayed: fate === 'settled' });
    return final;
  }

  private book({ request }: CrashedRequest, { body }: PinAnswer): void {
    const [evaluated = 0] = this.rig.counts.evaluations(request.envelopes);
    this.#evaluations += evaluated;
    this.#spent += 1;
    expect(this.#evaluations).toBeLessThanOrEqual(MAX_TRIES);
    if (body.verified === true || body.changed === true) this.forgetFailures();
  }

  private async unlockAfterProof(service: ServiceProcess): Promise<void> {
    await this.expectUnopened(service, { status: 423, body: { code: 'PIN_LOCKED' } });
    await this.rig.app.unlock(service, this.card);
    this.forgetFailures();
  }

  /** Exactly one of the two, and after a 2xx the new one. */
  private async proveWhichPinWorks(
    service: ServiceProcess,
    { body }: PinAnswer,
    offered: string,
  ): Promise<void> {
    const old = this.pin;
    if (body.changed === true) this.pin = offered;
    const other = body.changed === true ? old : offered;
    for (const [pin, verified] of [
      [this.pin, true],
      [other, false],
      [this.pin, true],
    ] as const) {
      expect(await this.rig.app.validate(service, this.card, pin)).toMatchObject({
        status: 200,
        body: { verified },
      });
    }
    this.forgetFailures();
  }

  /** Not even the right PIN is opened now. */
  private async expectUnopened(service: ServiceProcess, answer: object): Promise<void> {
    const right = await this.rig.app.validation(this.card, this.pin);
    expect(await this.rig.app.send(service, right)).toMatchObject(answer);
    expect(this.rig.counts.evaluations(right.envelopes)).toEqual([0]);
  }

  private forgetFailures(): void {
    this.#spent = 0;
    this.#evaluations = 0;
  }
}

/** Of each envelope of the request, over all its repetitions: never more than one. */
function expectedEvaluations({ point, operation }: CrashedRequest): readonly number[] {
  const { fate, opened } = FATES[point];
  const current = opened || fate === 'nothing happened' ? 1 : 0;
  if (!operation.change) return [current];
  const stoppedBefore = point === 'before the token opens' || point === 'after the token opened';
  return [current, current === 1 && operation.right && !stoppedBefore ? 1 : 0];
}
