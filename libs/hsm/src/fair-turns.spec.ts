import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FairTurns, TooManyWaiting } from './fair-turns.js';

/** Work that ends when it is told to, in the order in which it began. */
function workbench() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    work: (name: string) => async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return name;
    },
    async endNext() {
      ends.shift()?.();
      await turn();
    },
  };
}

describe('fair turns', () => {
  it('let parties take turns, and each keep its order', async () => {
    const { begun, work, endNext } = workbench();
    const turns = new FairTurns(1, 10);
    const all = ['a1', 'a2', 'a3', 'b1', 'a4', 'c1', 'b2'].map((name) =>
      turns.take(name.charAt(0), work(name)),
    );
    for (const _ of all) await endNext();
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
    expect(await Promise.all(all)).toHaveLength(7);
  });

  it('never let more run at once than may', async () => {
    const { begun, work, endNext } = workbench();
    const turns = new FairTurns(3, 100);
    const all = Array.from({ length: 50 }, (_, index) => turns.take(`p${index % 4}`, work('x')));
    for (let ended = 0; ended < 50; ended += 1) {
      expect(begun.length - ended).toBe(Math.min(3, 50 - ended));
      await endNext();
    }
    await Promise.all(all);
    expect(begun).toHaveLength(50);
  });

  it('bound who waits, for each party', async () => {
    const { work, endNext } = workbench();
    const turns = new FairTurns(1, 2);
    const all = ['a', 'a', 'a'].map((party) => turns.take(party, work(party)));
    await expect(turns.take('a', work('a'))).rejects.toBeInstanceOf(TooManyWaiting);
    all.push(turns.take('b', work('b')));
    for (const _ of all) await endNext();
    expect(await Promise.all(all)).toEqual(['a', 'a', 'a', 'b']);
  });

  it('hand a turn on after a failure', async () => {
    const turns = new FairTurns(1, 2);
    const failing = turns.take('a', () => Promise.reject(new Error('failed')));
    const next = turns.take('b', () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
  });
});
