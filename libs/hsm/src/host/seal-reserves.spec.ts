import { describe, expect, it } from 'vitest';
import { HsmUnavailable } from '../contract/faults.js';
import type { SealKeyName } from '../settings.js';
import { SealReserves } from './seal-reserves.js';

const KEY: SealKeyName = { kind: 'card-vault', generation: 1 };

/** The amounts noted so far, up to a limit. */
function ledger(limit = Infinity) {
  const noted = new Map<string, number>();
  const reserves = new SealReserves(async ({ kind, generation }, amount) => {
    const sum = (noted.get(`${kind}-${generation}`) ?? 0) + amount;
    if (sum > limit) throw new Error('used up');
    noted.set(`${kind}-${generation}`, sum);
  });
  return { noted, reserves };
}

describe('seals', () => {
  it('are noted before they are made, a thousand at a time', async () => {
    const { noted, reserves } = ledger();
    for (let seal = 1; seal <= 1_000; seal += 1) await reserves.take(KEY);
    expect(noted.get('card-vault-1')).toBe(1_000);
    await reserves.take(KEY);
    expect(noted.get('card-vault-1')).toBe(2_000);
  });

  it('are counted by key and generation', async () => {
    const { noted, reserves } = ledger();
    await reserves.take(KEY);
    await reserves.take({ kind: 'card-vault', generation: 2 });
    await reserves.take({ kind: 'secrets', generation: 1 });
    expect([...noted]).toEqual([
      ['card-vault-1', 1_000],
      ['card-vault-2', 1_000],
      ['secrets-1', 1_000],
    ]);
  });

  it('made at once never outnumber what was noted', async () => {
    const { noted, reserves } = ledger();
    await Promise.all(Array.from({ length: 2_500 }, () => reserves.take(KEY)));
    expect(noted.get('card-vault-1')).toBe(3_000);
  });

  it('end where no more can be noted, and may be asked for again', async () => {
    const { reserves } = ledger(1_000);
    for (let seal = 1; seal <= 1_000; seal += 1) await reserves.take(KEY);
    await expect(reserves.take(KEY)).rejects.toBeInstanceOf(HsmUnavailable);
    await expect(reserves.take(KEY)).rejects.toThrow('card-vault-1: no more values can be sealed');
  });
});
