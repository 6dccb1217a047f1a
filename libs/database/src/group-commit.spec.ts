import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.js';

interface Call {
  readonly subject: string;
  readonly number: number;
}

/** Records the sets; the test decides when each is answered. */
class Database {
  readonly sets: (readonly Call[])[] = [];
  readonly #arrivals: (() => void)[] = [];
  readonly #endings: ((fault?: Error) => void)[] = [];
  readonly calls = new GroupCommit<Call, number>(
    async (set) => {
      this.sets.push(set);
      for (const arrived of this.#arrivals.splice(0)) arrived();
      await new Promise<void>((resolve, reject) => {
        this.#endings.push((fault) => (fault === undefined ? resolve() : reject(fault)));
      });
      return set.map(({ number }) => number);
    },
    ({ subject }) => subject,
  );

  together(...numbers: number[]): Promise<number>[] {
    return numbers.map((number) => this.calls.together({ subject: `card ${number}`, number }));
  }

  async untilSent(count: number): Promise<void> {
    while (this.sets.length < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }

  end(fault?: Error): void {
    const ending = this.#endings.shift();
    if (ending === undefined) throw new Error('no set is under way');
    ending(fault);
  }

  numbers(): number[][] {
    return this.sets.map((set) => set.map(({ number }) => number));
  }
}

describe('calls that come while a set is under way', () => {
  it('go out together as the next one, each with its own result', async () => {
    const database = new Database();
    const first = database.together(1);
    await database.untilSent(1);
    const later = database.together(2, 3, 4);
    database.end();
    expect(await Promise.all(first)).toEqual([1]);
    await database.untilSent(2);
    expect(database.numbers()).toEqual([[1], [2, 3, 4]]);
    database.end();
    expect(await Promise.all(later)).toEqual([2, 3, 4]);
  });

  it('never share a set when they are about one subject', async () => {
    const database = new Database();
    const twice = [1, 2].map((number) => database.calls.together({ subject: 'one card', number }));
    const other = database.together(3);
    await database.untilSent(1);
    expect(database.numbers()).toEqual([[1, 3]]);
    database.end();
    await database.untilSent(2);
    expect(database.numbers()).toEqual([[1, 3], [2]]);
    database.end();
    expect(await Promise.all([...twice, ...other])).toEqual([1, 2, 3]);
  });

  it('are at most 64 in a set', async () => {
    const database = new Database();
    const all = database.together(...Array.from({ length: 70 }, (_, index) => index));
    await database.untilSent(1);
    database.end();
    await database.untilSent(2);
    database.end();
    await Promise.all(all);
    expect(database.sets.map((set) => set.length)).toEqual([64, 6]);
  });
});

describe('a set that fails', () => {
  it.each(['23505', '40P01', '22P02'])('with %s was rolled back: each call is run alone', async (code) => {
    const database = new Database();
    const both = database.together(1, 2);
    await database.untilSent(1);
    database.end(Object.assign(new Error('rolled back'), { code }));
    await database.untilSent(3);
    expect(database.numbers()).toEqual([[1, 2], [1], [2]]);
    database.end();
    database.end(Object.assign(new Error('the culprit'), { code }));
    await expect(both[0]).resolves.toBe(1);
    await expect(both[1]).rejects.toThrow('the culprit');
  });

  it('with a lost connection may have committed: each caller learns that and decides', async () => {
    const database = new Database();
    const both = Promise.allSettled(database.together(1, 2));
    await database.untilSent(1);
    database.end(Object.assign(new Error('gone'), { code: '57P01' }));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(database.sets).toHaveLength(1);
    const next = database.together(3);
    await database.untilSent(2);
    database.end();
    expect(await Promise.all(next)).toEqual([3]);
  });
});

it('no more calls wait than may: those behind them are refused and never sent', async () => {
  const sent: number[] = [];
  let end: () => void = () => undefined;
  const calls = new GroupCommit<number, number>(
    async (set) => {
      sent.push(...set);
      await new Promise<void>((resolve) => (end = resolve));
      return set;
    },
    String,
    3,
  );
  const answers = Promise.allSettled([1, 2, 3, 4, 5].map((call) => calls.together(call)));
  await expect.poll(() => sent).toEqual([1, 2, 3]);
  end();
  const [first, , , fourth, fifth] = await answers;
  expect(first).toMatchObject({ status: 'fulfilled', value: 1 });
  const refused = { status: 'rejected', reason: { code: 'DATABASE_UNAVAILABLE' } };
  expect([fourth, fifth]).toMatchObject([refused, refused]);
  expect(sent).toEqual([1, 2, 3]);
});
