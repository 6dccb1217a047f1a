import { describe, expect, it } from 'vitest';
import { Budget, type Reservation } from './budget.js';
import { WINDOW_MS } from './counters.js';
import { LocalCounters } from './local-counters.js';

const ID = ['default', 'card'];
const limited = expect.objectContaining({ code: 'CARD_RATE_LIMITED' });

function budgetOf(perMinute: number) {
  const clock = { now: 0 };
  const now = () => clock.now;
  return { clock, budget: new Budget(new LocalCounters(now), 'card-unreadable-envelopes', perMinute, now) };
}

/** Work under way: the reservations in their order, and how many requests were refused. */
function sideBySide(budget: Budget, count: number) {
  const given: Reservation[] = [];
  const refusals: unknown[] = [];
  const all = Promise.all(
    Array.from({ length: count }, () =>
      budget.reserve(ID).then(
        (reservation) => void given.push(reservation),
        (refusal: unknown) => void refusals.push(refusal),
      ),
    ),
  );
  return { given, refusals, all };
}

const turnsOfTheLoop = async () => await new Promise((resolve) => setImmediate(resolve));

describe('a budget of failures', () => {
  it('lets no more through side by side than may fail, and refuses the others once all have failed', async () => {
    const { budget } = budgetOf(5);
    const { given, refusals, all } = sideBySide(budget, 100);
    await turnsOfTheLoop();
    expect(given).toHaveLength(5);
    expect(refusals).toEqual([]);
    for (const reservation of given) reservation.spend();
    await all;
    expect(given).toHaveLength(5);
    expect(refusals).toHaveLength(95);
    expect(refusals[0]).toEqual(limited);
  });

  it('costs nothing that does not fail: all get their turn, never more than the limit at a time', async () => {
    const { budget } = budgetOf(5);
    const { given, refusals, all } = sideBySide(budget, 100);
    for (let ended = 0; ended < 100; ended += 1) {
      await turnsOfTheLoop();
      expect(given.length).toBe(Math.min(100, ended + 5));
      await given[ended]?.giveBack();
    }
    await all;
    expect(refusals).toEqual([]);
  });

  it.each([1, 2, 7])('is spent exactly when every one in %i of very many fails', async (every) => {
    const { budget } = budgetOf(5);
    const { given, refusals, all } = sideBySide(budget, 200);
    let failed = 0;
    for (let ended = 0; ended < 200; ended += 1) {
      await turnsOfTheLoop();
      if (given[ended] === undefined) break;
      if (ended % every === 0) {
        failed += 1;
        given[ended]?.spend();
      } else await given[ended]?.giveBack();
    }
    await all;
    expect(failed).toBe(5);
    expect(given.length + refusals.length).toBe(200);
    await expect(budget.reserve(ID)).rejects.toEqual(limited);
  });

  it('begins anew with the next window, which gets nothing back from the one before', async () => {
    const { budget, clock } = budgetOf(2);
    const before = await budget.reserve(ID);
    clock.now += WINDOW_MS;
    const [one, two] = [await budget.reserve(ID), await budget.reserve(ID)];
    await before.giveBack();
    one.spend();
    two.spend();
    await expect(budget.reserve(ID)).rejects.toMatchObject({
      code: 'CARD_RATE_LIMITED',
      retryAfterSeconds: 60,
    });
  });

  it('lets a bounded number wait', async () => {
    const { budget } = budgetOf(1);
    const { refusals } = sideBySide(budget, 400);
    await turnsOfTheLoop();
    expect(refusals).toHaveLength(400 - 1 - 256);
    expect(refusals[0]).toMatchObject({ code: 'CARD_RATE_LIMITED', retryAfterSeconds: 1 });
  });

  it('is kept for each alone', async () => {
    const { budget } = budgetOf(1);
    (await budget.reserve(ID)).spend();
    await expect(budget.reserve(ID)).rejects.toEqual(limited);
    await expect(budget.reserve(['default', 'other'])).resolves.toBeDefined();
  });
});
