import { expect, it } from 'vitest';
import { requestIdOf } from './intention.js';

function emptyStorage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    key: () => null,
    length: 0,
  };
}

it('the same input goes out under the same request id until it was answered', () => {
  const storage = emptyStorage();
  const first = requestIdOf('unlock', '"Holder called"', storage);
  expect(requestIdOf('unlock', '"Holder called"', storage)).toBe(first);
  storage.removeItem('unlock');
  expect(requestIdOf('unlock', '"Holder called"', storage)).not.toBe(first);
});

it('another input is another intention', () => {
  const storage = emptyStorage();
  const first = requestIdOf('unlock', '"Holder called"', storage);
  expect(requestIdOf('unlock', '"Holder called twice"', storage)).not.toBe(first);
  expect(requestIdOf('another', '"Holder called"', storage)).not.toBe(first);
});
