import { expect, it } from 'vitest';
import { nameInWords } from './json-value.js';

it.each([
  ['requestsPerMinute', 'requests per minute'],
  ['scopes', 'scopes'],
  ['U+202E', 'U+202E'],
  ['some thing', 'some thing'],
])('the member %s is told as %s', (name, words) => {
  expect(nameInWords(name)).toBe(words);
});
