import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from './turns.js';

it('lets so many run at once, the others in their order, also after a failure', async () => {
  const turns = new Turns(2);
  const started: number[] = [];
  const ends = new Map<number, () => void>();
  const work = (number: number) => () => {
    started.push(number);
    return new Promise<number>((resolve, reject) => {
      ends.set(number, number === 1 ? () => reject(new Error('failed')) : () => resolve(number));
    });
  };
  const results = [1, 2, 3, 4].map((number) => turns.take(work(number)).catch(() => 'failed'));
  await turn();
  expect(started).toEqual([1, 2]);
  ends.get(1)?.();
  await turn();
  expect(started).toEqual([1, 2, 3]);
  const late = turns.take(work(5));
  ends.get(2)?.();
  ends.get(3)?.();
  await turn();
  expect(started).toEqual([1, 2, 3, 4, 5]);
  ends.get(4)?.();
  ends.get(5)?.();
  expect(await Promise.all([...results, late])).toEqual(['failed', 2, 3, 4, 5]);
});
