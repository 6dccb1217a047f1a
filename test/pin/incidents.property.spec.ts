import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PinwardError } from '#libs/errors';
import { POLICY, settleOf, spendOf } from '../store/store-kit.js';
import { CLIENT, IncidentKit, type Origin } from '../incidents/incident-kit.js';
import { scaled } from '../support/scale.js';
import { Turns } from './interleaved-process.js';

/** What a client, a cardholder, an operator or the service does; each begins whenever the scheduler lets it. */
type Step =
  | { readonly kind: 'guess'; readonly of: 'release' | 'thief'; readonly times: number }
  /** The cardholder, alone: after it everything counts anew. */
  | { readonly kind: 'success' }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'incident'; readonly of: 'release' | 'thief' };

const REFUSALS: readonly string[] = ['INCIDENT_CLOSED', 'OPERATION_RATE_LIMITED'];
const THIEF: Origin = { clientId: 'thief' };
/** Mostly the release, whose incidents have something to restore. */
const origin = fc.constantFrom(...Array.from({ length: 6 }, () => 'release' as const), 'thief' as const);
const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('guess' as const),
      of: origin,
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'unlock' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('incident' as const), of: origin }) },
);
/** Groups of what happens at once; between them the cardholder may succeed. */
const plans = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.array(step, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant<Step[]>([{ kind: 'success' }]) },
  ),
  { minLength: 3, maxLength: 10 },
);

let kit: IncidentKit;
beforeAll(async () => {
  kit = await IncidentKit.make();
});
afterAll(() => kit[Symbol.asyncDispose]());

/** One card's life under a plan. Guesses are counted where they are judged, restorations by what the trail tells. */
class Life {
  guesses = 0;
  /** Since the last success, unlock or restoration. */
  private tries = 0;
  takenBack = 0;
  mostTries = 0;

  constructor(
    private readonly cardId: string,
    private readonly turns: Turns,
    private readonly since: string,
  ) {}

  async take(taken: Step): Promise<void> {
    try {
      if (taken.kind === 'guess') {
        for (let time = 0; time < taken.times; time += 1) await this.guess(taken.of);
        return;
      }
      if (taken.kind === 'incident') return await this.incident(taken.of);
      if (taken.kind === 'unlock') return await this.turns.take('unlock', () => this.unlock());
      await this.succeed();
    } catch (refusal) {
      if (!(refusal instanceof PinwardError)) throw refusal;
    }
  }

  /** What is allowed: the policy's own limit, and what incidents have taken back. */
  get allowed(): number {
    return POLICY.maxFailuresWithoutSuccess + this.takenBack;
  }

  private async guess(of: 'release' | 'thief'): Promise<void> {
    const own = spendOf(this.cardId);
    const spend = of === 'thief' ? { ...own, context: { ...own.context, ...THIEF } } : own;
    const { outcome } = await this.turns.take('spend', () => kit.rig.store.spend(spend));
    if (outcome !== 'granted') return;
    await this.turns.take('settle', async () => {
      this.guesses += 1;
      this.tries += 1;
      this.mostTries = Math.max(this.mostTries, this.tries);
      await kit.rig.store.settle(settleOf(spend, 'not-matched'));
    });
  }

  private async succeed(): Promise<void> {
    await kit.try(this.cardId, 'matched').then(
      () => {
        this.guesses = this.tries = this.takenBack = 0;
      },
      () => undefined,
    );
  }

  private async unlock(): Promise<void> {
    if ((await kit.unlock(this.cardId)) === 'done') this.tries = 0;
  }

  private async incident(of: 'release' | 'thief'): Promise<void> {
    const clientId = of === 'thief' ? 'thief' : CLIENT;
    const preview = await this.turns.take('preview', () => kit.preview({ triedFrom: this.since, clientId }));
    await this.turns.take('start', () => kit.start(preview));
    await this.turns.take('restore', () => this.restored(preview.incident.incidentId));
  }

  private async restored(incidentId: string): Promise<void> {
    const { counts } = await kit.finish(incidentId);
    if (counts.restored === 0) return;
    this.tries = 0;
    this.takenBack += counts.failuresTakenBack;
  }
}

describe('incidents beside guesses, unlocks and successes', () => {
  it(
    'grant no guess beyond the policy and what they have taken back, in any order',
    async () => {
      let takenBack = 0;
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
          await kit.endAll();
          await kit.pass();
          const since = await kit.now();
          const life = new Life(await kit.cardWithPin(), new Turns(scheduler), since);
          for (const group of plan) {
            await scheduler.waitFor(Promise.all(group.map((next) => life.take(next))));
            expect(life.guesses).toBeLessThanOrEqual(life.allowed);
            expect(life.takenBack).toBeLessThanOrEqual(POLICY.maxFailuresWithoutSuccess);
            expect(life.mostTries).toBeLessThanOrEqual(POLICY.maxTries);
            takenBack += life.takenBack;
          }
        }),
        { numRuns: scaled({ ci: 40, full: 2_000 }), endOnFailure: false },
      );
      // Otherwise no incident has done anything.
      expect(takenBack).toBeGreaterThan(100);
    },
    45 * 60_000,
  );
});

describe('a race of many', () => {
  it('of guesses, unlocks and incidents on the same cards grants no guess beyond it either', async () => {
    await kit.endAll();
    await kit.pass();
    const since = await kit.now();
    const cards = await Promise.all(Array.from({ length: 12 }, () => kit.cardWithPin()));
    const judged = new Map(cards.map((cardId) => [cardId, 0]));
    const guess = async (cardId: string) => {
      await kit.try(cardId).then(
        () => judged.set(cardId, (judged.get(cardId) ?? 0) + 1),
        () => undefined,
      );
    };
    const incident = async () => {
      const preview = await kit.preview({ triedFrom: since, clientId: CLIENT });
      await kit.start(preview);
      await kit.finish(preview.incident.incidentId);
    };
    /** Nothing to restore at that moment, or too many previews: all else is a fault. */
    const refused = (fault: unknown) => {
      if (!(fault instanceof PinwardError) || !REFUSALS.includes(fault.code)) throw fault;
    };
    for (let round = 0; round < 8; round += 1)
      await Promise.all([
        ...cards.map(async (cardId) => {
          for (let time = 0; time < 4; time += 1) await guess(cardId);
        }),
        ...cards.slice(0, 4).map((cardId) => kit.unlock(cardId)),
        ...[incident(), incident()].map((one) => one.catch(refused)),
      ]);
    const restored = await kit.owner.query<{ card_id: string; taken: number }[]>(
      `SELECT card_id, sum((details::json ->> 'failuresTakenBack')::int)::int AS taken
         FROM audit_events WHERE action = 'pin.restore' AND card_id = ANY ($1) GROUP BY card_id`,
      [cards],
    );
    expect(restored.length).toBeGreaterThan(0);
    for (const cardId of cards) {
      const { taken = 0 } = restored.find(({ card_id: id }) => id === cardId) ?? {};
      expect(taken).toBeLessThanOrEqual(POLICY.maxFailuresWithoutSuccess);
      expect(judged.get(cardId)).toBeLessThanOrEqual(POLICY.maxFailuresWithoutSuccess + taken);
      expect(judged.get(cardId)).toBeLessThanOrEqual(2 * POLICY.maxFailuresWithoutSuccess);
    }
  });
});
