import { describe, expect, it } from 'vitest';
import type { PinHsm, RegisteredKey } from '#libs/hsm';
import { DpopNonces } from './dpop-nonces.js';

const MINUTE = 60_000;

/** The keys of one HSM, which all replicas share. */
class Hsm {
  keys: readonly Pick<RegisteredKey, 'generation' | 'state'>[] = [{ generation: 1, state: 'current' }];

  replica(now: () => number): DpopNonces {
    const hsm = {
      registeredKeys: () => this.keys.map((key) => ({ kind: 'lookup', expiresAt: null, ...key })),
      mac: async (_kind: string, _text: Buffer, generation: number) => ({
        value: Buffer.alloc(32, generation),
      }),
    };
    return new DpopNonces(hsm as unknown as PinHsm, now);
  }
}

describe('a nonce', () => {
  it('is accepted by each replica, in its window and the next one', async () => {
    let now = 1_000 * MINUTE;
    const hsm = new Hsm();
    const [first, second] = [hsm.replica(() => now), hsm.replica(() => now)];
    const nonce = await first.current();
    expect(await second.current()).toBe(nonce);
    const accepted: boolean[] = [];
    for (let minutes = 0; minutes < 12; minutes += 1) {
      accepted.push(await second.accepts(nonce));
      now += MINUTE;
    }
    expect(accepted).toEqual([...Array.from({ length: 10 }, () => true), false, false]);
  });

  it('of a replica whose clock is ahead is accepted too', async () => {
    const hsm = new Hsm();
    const [ahead, behind] = [hsm.replica(() => 1_001 * MINUTE), hsm.replica(() => 999.9 * MINUTE)];
    expect(await behind.accepts(await ahead.current())).toBe(true);
  });

  it('outlives a rotation of the key in the HSM', async () => {
    const hsm = new Hsm();
    const replica = hsm.replica(() => 1_000 * MINUTE);
    const before = await replica.current();
    hsm.keys = [
      { generation: 1, state: 'accepted' },
      { generation: 2, state: 'current' },
    ];
    expect(await replica.current()).not.toBe(before);
    expect([await replica.accepts(before), await replica.accepts(await replica.current())]).toEqual([
      true,
      true,
    ]);
  });

  it('is nothing that a caller could make up', async () => {
    const replica = new Hsm().replica(() => 1_000 * MINUTE);
    const nonce = await replica.current();
    const other = new Hsm();
    other.keys = [{ generation: 9, state: 'current' }];
    const foreign = await other.replica(() => 1_000 * MINUTE).current();
    const bytes = Buffer.from(nonce, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(21) ^ 1, 21);
    for (const made of [
      '',
      'x',
      `${nonce}=`,
      `${nonce}A`,
      nonce.slice(0, -1),
      foreign,
      bytes.toString('base64url'),
    ])
      expect([made, await replica.accepts(made)]).toEqual([made, false]);
  });
});
