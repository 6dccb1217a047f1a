import { expect, it } from 'vitest';
import { forgetCheckpoint, keepCheckpoint, seenCheckpoint } from './seen-checkpoint.js';

const head = { origin: 'bank.example/pinward', size: 7, root: new Uint8Array(32).fill(9) };

function storage(first?: string) {
  const kept = new Map<string, string>(first === undefined ? [] : [['pinward-seen-checkpoint', first]]);
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

it('a checkpoint that was seen is kept with nothing beside it, until a newer one or a person comes', () => {
  const place = storage();
  expect(seenCheckpoint(place)).toBeNull();
  keepCheckpoint({ ...head, signedBy: ['a key'] } as never, place);
  expect(seenCheckpoint(place)).toEqual(head);
  expect([...place.kept.values()].join('')).not.toContain('a key');
  keepCheckpoint({ ...head, size: 6 }, place);
  expect(seenCheckpoint(place)?.size).toBe(7);
  keepCheckpoint({ ...head, size: 8 }, place);
  expect(seenCheckpoint(place)?.size).toBe(8);
  forgetCheckpoint(place);
  expect(seenCheckpoint(place)).toBeNull();
});

it.each([
  '',
  'null',
  '[]',
  '{"size":7}',
  '{"origin":"a","size":"7","root":"AAAA"}',
  '{"origin":"a","size":7,"root":"AAAA"}',
])('what is kept and is none counts as nothing: %s', (text) =>
  expect(seenCheckpoint(storage(text))).toBeNull(),
);
