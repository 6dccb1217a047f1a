import { expect, it } from 'vitest';
import { DeliveryLane, type DeliveryLaneParts } from './delivery-lane.js';
import type { TakenJob } from './delivery-jobs.js';

const job = (id: string) => ({ id, data: { tenantId: 'default' } }) as unknown as TakenJob;

class Gate<Value> {
  resolve!: (value: Value) => void;
  reject!: (fault: unknown) => void;
  readonly promise = new Promise<Value>((resolve, reject) => Object.assign(this, { resolve, reject }));
}

it('looks once more when a slot came free during a look that found nothing', async () => {
  const [first, look] = [new Gate<undefined>(), new Gate<TakenJob[]>()];
  const [lookedTwice, second] = [new Gate<undefined>(), new Gate<undefined>()];
  // What the queue says, look by look: the second one was made before the slot came free.
  const looks: (() => Promise<TakenJob[]>)[] = [
    async () => [job('first')],
    async () => {
      lookedTwice.resolve(undefined);
      return await look.promise;
    },
    async () => [job('second')],
  ];
  const attempts: Readonly<Record<string, () => Promise<void>>> = {
    first: async () => await first.promise,
    second: async () => second.resolve(undefined),
  };
  const parts = {
    jobs: { take: async () => (await looks.shift()?.()) ?? [] },
    deliver: { attempt: async ({ id }: TakenJob) => await attempts[id]?.() },
    slots: 16,
    onFault: (fault: unknown) => second.reject(fault),
  } as unknown as DeliveryLaneParts;
  const lane = new DeliveryLane('events', parts);

  const filled = lane.fill();
  await lookedTwice.promise;
  first.resolve(undefined);
  await lane.settled();
  look.resolve([]);

  expect(await filled).toBe(2);
  await second.promise;
  await lane.end();
});
