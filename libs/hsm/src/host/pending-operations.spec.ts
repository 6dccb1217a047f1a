import { describe, expect, it } from 'vitest';
import { DeviceFault, EnvelopeUnreadable, EvaluationLost, HsmUnavailable } from '../contract/faults.js';
import type { LedgerEntry } from './dispatch-ledger.js';
import { PendingOperations } from './pending-operations.js';

const FAR = process.hrtime.bigint() + 3_600_000_000_000n;
const evaluation = { startBefore: 100n, endBefore: 200n, evaluation: true };
const other = { startBefore: FAR, endBefore: FAR, evaluation: false };

/** A ledger in memory for the test; the real one has its own spec. */
function pending(bounds: typeof evaluation) {
  const dispatched = new Set<string>();
  const nameOf = ({ slot, operation }: LedgerEntry) => `${slot}/${operation}`;
  const operations = new PendingOperations({ wasDispatched: (entry) => dispatched.has(nameOf(entry)) });
  const { entry, settled } = operations.add(bounds);
  return {
    operations,
    operation: entry.operation,
    markDispatched: () => dispatched.add(nameOf(entry)),
    settled: settled.catch((fault: unknown) => fault),
  };
}

describe('an operation that runs out of time', () => {
  it('was never started when it has no dispatch record by then', async () => {
    const { operations, settled } = pending(evaluation);
    expect(operations.expire(100n)).toBe(false);
    expect(operations.size).toBe(1);
    expect(operations.expire(101n)).toBe(false);
    expect(await settled).toBeInstanceOf(HsmUnavailable);
    expect(operations.size).toBe(0);
  });

  it('is lost at its end when it was dispatched, and its host hangs', async () => {
    const { operations, markDispatched, settled } = pending(evaluation);
    markDispatched();
    expect(operations.expire(200n)).toBe(false);
    expect(operations.expire(201n)).toBe(true);
    expect(await settled).toBeInstanceOf(EvaluationLost);
  });

  it('costs nothing when no try hangs on it, and its host hangs all the same', async () => {
    const { operations, settled } = pending({ ...evaluation, evaluation: false });
    expect(operations.expire(150n)).toBe(false);
    expect(operations.expire(201n)).toBe(true);
    expect(await settled).toBeInstanceOf(HsmUnavailable);
  });
});

describe('an operation that no try hangs on, while the host answers others', () => {
  const soon = () => {
    const end = process.hrtime.bigint() + 1_000_000_000n;
    return { startBefore: end, endBefore: end, evaluation: false };
  };
  const behindAnother = () => {
    const waiting = pending(soon());
    const { entry, settled } = waiting.operations.add(soon());
    waiting.operations.settle(entry.operation, { reply: 'done' });
    return { ...waiting, other: settled };
  };
  const seconds = (count: number) => process.hrtime.bigint() + BigInt(count) * 1_000_000_000n;

  it('waits for its turn: it is given up, and the host goes on', async () => {
    const { operations, operation, settled, other: done } = behindAnother();
    expect(operations.expire(seconds(2))).toBe(false);
    expect(await settled).toBeInstanceOf(HsmUnavailable);
    expect(await done).toBe('done');
    expect(operations.hasOverdue).toBe(true);
    operations.settle(operation, { reply: 'late' });
    expect(operations.hasOverdue).toBe(false);
    expect(operations.expire(seconds(60))).toBe(false);
  });

  it('hangs after all when it is not answered in three times its time', () => {
    const { operations, settled } = behindAnother();
    expect(operations.expire(seconds(2))).toBe(false);
    expect(operations.expire(seconds(2))).toBe(false);
    expect(operations.expire(seconds(4))).toBe(true);
    settled.catch(() => undefined);
  });

  it('hangs at its end when nothing at all was answered since it was given', async () => {
    const { operations, settled } = pending(soon());
    expect(operations.expire(seconds(2))).toBe(true);
    expect(await settled).toBeInstanceOf(HsmUnavailable);
  });
});

describe('an operation whose host ends', () => {
  it.each([
    { dispatched: true, bounds: { ...evaluation, startBefore: FAR, endBefore: FAR }, fault: EvaluationLost },
    { dispatched: false, bounds: { ...evaluation, startBefore: FAR, endBefore: FAR }, fault: HsmUnavailable },
    { dispatched: true, bounds: other, fault: HsmUnavailable },
  ])('dispatched $dispatched', async ({ dispatched, bounds, fault }) => {
    const { operations, markDispatched, settled } = pending(bounds);
    if (dispatched) markDispatched();
    operations.abandonAll();
    expect(await settled).toBeInstanceOf(fault);
    await operations.drained();
  });
});

describe('an answer', () => {
  const live = { startBefore: FAR, endBefore: FAR, evaluation: true };

  it.each([
    ['unreadable', EnvelopeUnreadable, false],
    ['unavailable', HsmUnavailable, false],
    ['lost', EvaluationLost, false],
    ['no-session', HsmUnavailable, true],
    ['device', DeviceFault, false],
    ['device-lost', DeviceFault, true],
  ] as const)('%s becomes its fault and tells of the host', async (fault, type, hopeless) => {
    const { operations, operation, settled } = pending(live);
    expect(operations.settle(operation, { fault, message: '' })).toBe(hopeless);
    expect(await settled).toBeInstanceOf(type);
  });

  it('that the device failed tells of the host when it comes three times without a success between', () => {
    const operations = new PendingOperations({ wasDispatched: () => true });
    const answer = (outcome: Parameters<typeof operations.settle>[1]) => {
      const { entry, settled } = operations.add(live);
      settled.catch(() => undefined);
      return operations.settle(entry.operation, outcome);
    };
    const fault = { fault: 'device', message: '' } as const;
    expect([answer(fault), answer(fault), answer({ reply: 'verdict' })]).toEqual([false, false, false]);
    // An envelope that does not open says nothing about the device.
    const unreadable = { fault: 'unreadable', message: '' } as const;
    expect([answer(fault), answer(unreadable), answer(fault), answer(fault)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('that is a verdict is believed in time, and not later', async () => {
    const inTime = pending(live);
    inTime.operations.settle(inTime.operation, { reply: 'verdict' });
    expect(await inTime.settled).toBe('verdict');
    const late = pending(evaluation);
    late.operations.settle(late.operation, { reply: 'verdict' });
    expect(await late.settled).toBeInstanceOf(EvaluationLost);
  });

  it('to what was settled already changes nothing', async () => {
    const { operations, operation, settled } = pending(evaluation);
    operations.expire(101n);
    expect(operations.settle(operation, { reply: 'verdict' })).toBe(false);
    expect(await settled).toBeInstanceOf(HsmUnavailable);
  });
});

it('a slot goes to another operation only once the host has answered: a late record would hide its own', async () => {
  const operations = new PendingOperations({ wasDispatched: () => false });
  const add = () => {
    const { entry, settled } = operations.add(evaluation);
    settled.catch(() => undefined);
    return entry;
  };
  const [first, second] = [add(), add()];
  operations.expire(150n);
  const third = add();
  expect(new Set([first.slot, second.slot, third.slot]).size).toBe(3);
  operations.settle(first.operation, { fault: 'unavailable', message: '' });
  expect(add().slot).toBe(first.slot);
});
