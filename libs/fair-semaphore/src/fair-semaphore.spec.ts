import { describe, expect, it } from 'vitest';
import { FairSemaphore, NoPermit } from './index.js';

/** Jobs that the test ends, and the list of those that have begun. */
function heldJobs(semaphore: FairSemaphore) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (party: string, name: string, signal?: AbortSignal) =>
    semaphore.run(
      party,
      async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.set(name, resolve));
        return name;
      },
      signal,
    );
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, take, end };
}

describe('permits of a fair semaphore', () => {
  it('let so many jobs run at once and no more, each in its turn, also after one has failed', async () => {
    const semaphore = new FairSemaphore(2);
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
    const all = await Promise.allSettled(
      Array.from({ length: 7 }, (_, number) => semaphore.run('a', job(number))),
    );
    expect(most).toBe(2);
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(all[1]?.status).toBe('rejected');
    expect(await semaphore.run('a', job(7))).toBe(7);
  });

  it('are never more than there are', async () => {
    const semaphore = new FairSemaphore(3, 100);
    let running = 0;
    const seen: number[] = [];
    const work = async () => {
      seen.push((running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => semaphore.run(`p${index % 4}`, work)));
    expect(seen).toHaveLength(50);
    expect(Math.max(...seen)).toBe(3);
  });

  it('go round the parties: a crowd of one holds up no other', async () => {
    const { begun, take, end } = heldJobs(new FairSemaphore(1));
    const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map((name) => take(name.charAt(0), name));
    for (const name of ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']) await end(name);
    expect(await Promise.all(all)).toHaveLength(7);
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('are waited for by so many of a party and no more: the next is sent away at once, and none of another party', async () => {
    const { begun, take, end } = heldJobs(new FairSemaphore(1, 2));
    const kept = ['a1', 'a2', 'a3'].map((name) => take('a', name));
    const sentAway = await Promise.allSettled(Array.from({ length: 50 }, () => take('a', 'more')));
    expect(sentAway.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(take('a', 'more')).rejects.toBeInstanceOf(NoPermit);
    const other = take('b', 'b1');
    for (const name of ['a1', 'a2', 'b1', 'a3']) await end(name);
    await Promise.all([...kept, other]);
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('are not kept for a caller that has gone', async () => {
    const { begun, take, end } = heldJobs(new FairSemaphore(1, 1));
    const first = take('a', 'a1');
    const gone = new AbortController();
    const second = take('a', 'a2', gone.signal);
    gone.abort();
    await expect(second).rejects.toBeInstanceOf(NoPermit);
    await expect(take('a', 'a3', gone.signal)).rejects.toBeInstanceOf(NoPermit);
    const third = take('a', 'a4');
    for (const name of ['a1', 'a4']) await end(name);
    await Promise.all([first, third]);
    expect(begun).toEqual(['a1', 'a4']);
    // A job that has begun is not given up either.
    const late = new AbortController();
    const running = take('a', 'a5', late.signal);
    late.abort();
    await end('a5');
    expect(await running).toBe('a5');
  });
});
