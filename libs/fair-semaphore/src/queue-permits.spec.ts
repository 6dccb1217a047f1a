import { expect, it } from 'vitest';
import { NoPermit, QueuePermits } from './index.js';

it('a tenant takes its share of the permits and no more, however many it asks for; others still find one', () => {
  const permits = new QueuePermits(8);
  const flood = Array.from({ length: 6 }, () => permits.reserve('one'));
  for (let again = 0; again < 100; again += 1) expect(() => permits.reserve('one')).toThrow(/share/);
  using other = permits.reserve('other');
  using own = permits.reserve();
  expect(other.number).not.toBe(own.number);
  expect(() => permits.reserve('third')).toThrow('the queue is full');
  flood[0]?.[Symbol.dispose]();
  // Giving a permit back twice frees one.
  flood[0]?.[Symbol.dispose]();
  using _again = permits.reserve('one');
  expect(() => permits.reserve('one')).toThrow(NoPermit);
});

it('a queue of one permit has it for any caller', () => {
  const permits = new QueuePermits(1);
  permits.reserve('one')[Symbol.dispose]();
  expect(() => permits.reserve('other')).not.toThrow();
});
