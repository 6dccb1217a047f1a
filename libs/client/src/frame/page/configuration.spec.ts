import { expect, it } from 'vitest';
import { frameConfiguration } from './configuration.js';

const GOOD = { embedders: ['https://app.example', 'http://localhost:8080'], manifestPins: ['tnX0T'] };

it('names origins and thumbprints', () => {
  expect(frameConfiguration({ ...GOOD, more: 1 })).toEqual(GOOD);
  expect(frameConfiguration({ ...GOOD, embedders: [] })).toEqual({ ...GOOD, embedders: [] });
});

it.each([
  undefined,
  null,
  'https://app.example',
  {},
  { ...GOOD, manifestPins: [] },
  { ...GOOD, manifestPins: 'tnX0T' },
  { ...GOOD, embedders: 'https://app.example' },
  { ...GOOD, embedders: [1] },
  ...[
    '*',
    'null',
    'https://app.example/',
    'https://*.example',
    'https://APP.example',
    'app.example',
    'file:///',
  ].map((embedder) => ({ ...GOOD, embedders: [embedder] })),
])('is refused as a whole where a part of it is not right: %j', (value) => {
  expect(frameConfiguration(value)).toBeUndefined();
});
