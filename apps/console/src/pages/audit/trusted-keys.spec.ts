import { describe, expect, it } from 'vitest';
import vectors from '../../../../../docs/vectors/audit.json';
import { pinKeys, pinnedKeys, trustedKeys } from './trusted-keys.js';

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

describe('the keys that are believed', () => {
  const named = [vectors.verifierKey, 'a key of a later kind'];

  it('are those that the service names, without any of a person’s', async () => {
    const { keys, pinned } = await trustedKeys(named, storage());
    expect(keys.map(({ text }) => text)).toEqual([vectors.verifierKey]);
    expect(pinned).toBe(false);
  });

  it('are those of the person alone, once there are some', async () => {
    const place = storage();
    await pinKeys(`\n ${vectors.verifierKey} \n`, place);
    expect(pinnedKeys(place)).toEqual([vectors.verifierKey]);
    const { keys, pinned } = await trustedKeys([], place);
    expect(keys).toHaveLength(1);
    expect(pinned).toBe(true);
    await pinKeys(' ', place);
    expect(await trustedKeys([], place)).toEqual({ keys: [], pinned: false });
  });

  it('are kept only where each of them is one', async () => {
    const place = storage();
    await expect(pinKeys(`${vectors.verifierKey}\nno key`, place)).rejects.toThrow(/no verifier key/);
    expect(pinnedKeys(place)).toEqual([]);
  });
});
