import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PinwardError } from '#libs/errors';
import type { PinPolicy, SettleRequest } from '#libs/pin';
import { contextOf, POLICY } from '../store/store-kit.js';
import { scaled } from '../support/scale.js';
import { Crashed, InterleavedProcess, Turns, type Observer } from './interleaved-process.js';
import { randomPin } from '../support/random-pin.js';
import { openPinKit, useCases, type KnownCard, type PinKit } from './pin-kit.js';

/** What one caller, operator or clock does. */
type Step =
  | {
      readonly kind: 'validate' | 'change';
      readonly right: boolean;
      readonly crashAt: number | null;
      /** The next group does not wait for it: it may go on much later. */
      readonly lingers: boolean;
    }
  | { readonly kind: 'unlock' }
  /** Every deadline passes, and the sweeper of a restarted service comes by. */
  | { readonly kind: 'restart' };

const evaluation = fc.record({
  kind: fc.constantFrom('validate' as const, 'change' as const),
  right: fc.integer({ max: 2, min: 0 }).map((draw) => draw === 0),
  crashAt: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 3 }),
  lingers: fc.boolean(),
});
const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 7, arbitrary: evaluation },
  { weight: 1, arbitrary: fc.constant({ kind: 'unlock' }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'restart' }) },
);
/** Enough wrong PINs, one after the other, for the most tries of all policies. */
const ALL_TRIES: Step[][] = Array.from({ length: 3 }, () => [
  { kind: 'validate', right: false, crashAt: null, lingers: false },
]);
/** What happens at once, group after group; every second plan begins with a card whose tries are used up. */
const plans = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
  )
  .map(([usedUp, groups]) => (usedUp ? [...ALL_TRIES, ...groups] : groups));

/** Tries that divide the limit of failures in a row, and such that do not. */
const POLICIES: readonly PinPolicy[] = [POLICY, { ...POLICY, maxTries: 2, maxFailuresWithoutSuccess: 5 }];

let kit: PinKit;
let policy: PinPolicy;
let now = 0n;

/** One card's life under a plan, counted from outside the store. */
class Life {
  /** Evaluations since the last success or unlock, and the most there ever were. */
  evaluations = 0;
  most = 0;
  /** Evaluations since the last success, unlocks or not, and the most there ever were. */
  inARow = 0;
  mostInARow = 0;
  readonly everOffered: Set<string>;

  constructor(
    readonly card: KnownCard,
    private readonly turns: Turns,
    public pin: string,
  ) {
    this.everOffered = new Set([pin]);
  }

  async take(taken: Step): Promise<void> {
    try {
      if (taken.kind === 'restart') return await this.turns.take('restart', () => restartLater(this.card));
      if (taken.kind === 'unlock') return await this.unlock();
      await this.evaluate(taken);
    } catch (error) {
      // Every refusal of the contract may happen; an unforeseen error may not, unless it is the crash itself.
      const cause = error instanceof PinwardError && error.code === 'INTERNAL' ? error.cause : error;
      if (!(cause instanceof PinwardError) && !(cause instanceof Crashed)) throw error;
    }
  }

  private async unlock(): Promise<void> {
    await this.turns.take('unlock', async () => {
      await kit.unlock(this.card);
      this.evaluations = 0;
    });
  }

  private async evaluate({ kind, right, crashAt }: Extract<Step, { right: boolean }>): Promise<void> {
    const pin = right ? this.pin : randomPin();
    const next = randomPin();
    this.everOffered.add(next);
    const caller = new InterleavedProcess(this.turns, this.observer(next), crashAt);
    const { validatePin, changePin } = useCases(caller.hsm(kit.hsm), caller.store(kit.store), {
      dataSource: kit.dataSource,
      policy,
      clock: () => now,
    });
    const { cardId } = this.card;
    const context = contextOf({ path: cardId });
    const currentPin = await kit.encrypt(pin, this.card);
    if (kind === 'validate') {
      await validatePin.execute({ context, cardId, encryptedPin: currentPin });
    } else {
      const otp = await kit.otpFor(this.card, 'pin-change');
      const newPin = await kit.encrypt(next, this.card);
      await changePin.execute({ context, cardId, currentPin, newPin, otp });
    }
  }

  private observer(next: string): Observer {
    return {
      evaluated: () => {
        this.evaluations += 1;
        this.most = Math.max(this.most, this.evaluations);
        this.inARow += 1;
        this.mostInARow = Math.max(this.mostInARow, this.inARow);
      },
      matchGivenBack: () => {
        this.evaluations -= 1;
        this.inARow -= 1;
      },
      settled: (settled: SettleRequest) => {
        if (settled.verdict !== 'matched') return;
        this.evaluations = this.inARow = 0;
        if (settled.effect.kind === 'changed') this.pin = next;
      },
    };
  }
}

describe.each(POLICIES)('$maxTries tries and $maxFailuresWithoutSuccess failures in a row', (held) => {
  beforeAll(async () => {
    policy = held;
    kit = await openPinKit({ policy, clock: () => now });
  });
  afterAll(async () => await kit[Symbol.asyncDispose]());

  it(
    'lets no interleaving of validate, change, unlock, crash and restart judge more guesses than there are',
    async () => {
      let most = 0;
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
          const firstPin = randomPin();
          const life = new Life(await kit.cardWithPin(firstPin), new Turns(scheduler), firstPin);
          const lingering: Promise<void>[] = [];
          for (const group of plan) {
            const awaited: Promise<void>[] = [];
            for (const next of group)
              ('lingers' in next && next.lingers ? lingering : awaited).push(life.take(next));
            await scheduler.waitFor(Promise.all(awaited));
          }
          await scheduler.waitFor(Promise.all(lingering));

          expect(life.most).toBeLessThanOrEqual(policy.maxTries);
          expect(life.mostInARow).toBeLessThanOrEqual(policy.maxFailuresWithoutSuccess);
          most = Math.max(most, life.most);
          expect(await workingPins(life)).toEqual([life.pin]);
        }),
        { numRuns: scaled({ ci: 60 / POLICIES.length, full: 5_000 }), endOnFailure: false },
      );
      // Otherwise the observer is blind: every second plan uses up all tries.
      expect(most).toBe(policy.maxTries);
    },
    45 * 60_000,
  );
});

/** Time passes for this card alone: its evaluation is overdue, and no worker may start it any more. */
async function restartLater({ cardId }: KnownCard): Promise<void> {
  now += BigInt(policy.evaluationWindowMs) * 1_000_000n;
  await kit.owner.query(
    `UPDATE cards SET evaluation_deadline = clock_timestamp() WHERE card_id = $1 AND evaluation_id IS NOT NULL`,
    [cardId],
  );
  await kit.owner.query(
    `UPDATE idempotency_records SET created_at = created_at - interval '1 hour' WHERE card_id = $1 AND answer IS NULL`,
    [cardId],
  );
  await kit.store.closeAbandoned(100);
}

/** Which of all PINs ever offered the card accepts, with its counters put back by hand before each. */
async function workingPins({ card, everOffered }: Life): Promise<string[]> {
  const working: string[] = [];
  await restartLater(card);
  for (const pin of everOffered) {
    await kit.owner.query(
      `UPDATE cards SET pin_status = 'active', tries_spent = 0, failures_without_success = 0 WHERE card_id = $1`,
      [card.cardId],
    );
    if ((await kit.validate(card, pin)).body.verified) working.push(pin);
  }
  return working;
}
