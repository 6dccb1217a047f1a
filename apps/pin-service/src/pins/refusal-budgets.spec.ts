import { describe, expect, it } from 'vitest';
import { LocalCounters } from '../edge/rate-limits/local-counters.js';
import { WeakPinRefusals } from './refusal-budgets.js';

const ORIGIN = { tenantId: 'default', clientId: 'app', cardId: 'card' };

function budgets(perCard: number, perClient: number) {
  const refusals = new WeakPinRefusals(new LocalCounters(), { perCard, perClient });
  return async (changed: Partial<typeof ORIGIN> = {}) => await refusals.reserve({ ...ORIGIN, ...changed });
}

describe('a part of the budgets of a card and of a client', () => {
  it('is of both or of none: where the client has spent its own, the card keeps its part', async () => {
    const reserve = budgets(1, 1);
    (await reserve({ cardId: 'another' })).spend();
    for (let time = 0; time < 3; time += 1)
      await expect(reserve()).rejects.toMatchObject({ members: { limit: 'client-weak-pins' } });
    const others = await reserve({ clientId: 'other-app' });
    await others.giveBack();
    (await reserve({ clientId: 'other-app' })).spend();
    await expect(reserve({ clientId: 'third' })).rejects.toMatchObject({
      members: { limit: 'card-weak-pins' },
    });
  });

  it.each([
    [1, 9, 'card-weak-pins'],
    [9, 1, 'client-weak-pins'],
  ])(
    'is of one tenant: with %i and %i the same names elsewhere are others',
    async (perCard, perClient, limit) => {
      const reserve = budgets(perCard, perClient);
      (await reserve()).spend();
      await expect(reserve()).rejects.toMatchObject({ members: { limit } });
      (await reserve({ tenantId: 'elsewhere' })).spend();
    },
  );
});
