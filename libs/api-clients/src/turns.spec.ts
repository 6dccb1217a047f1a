import { expect, it } from 'vitest';
import { Turns } from './turns.js';

it('runs so many jobs at once and no more, each in its turn, also after one has failed', async () => {
  const turns = new Turns(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const job = (number: number) => async () => {
    started.push(number);
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (number === 1) throw new Error('failed');
    return number;
  };
  const all = await Promise.allSettled(Array.from({ length: 7 }, (_, number) => turns.take(job(number))));
  expect(most).toBe(2);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(all.map(({ status }) => status === 'fulfilled')).toEqual([
    true,
    false,
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(await turns.take(job(7))).toBe(7);
});
