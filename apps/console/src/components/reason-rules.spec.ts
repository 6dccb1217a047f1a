import { expect, it } from 'vitest';
import { faultOfReason } from './reason-rules.js';

it.each(['Holder called', '12345', 'é'.repeat(200), '  padded reason  '])('a reason may be %j', (reason) => {
  expect(faultOfReason(reason)).toBeNull();
});

it.each([
  ['', /at least 5/],
  ['    a    ', /at least 5/],
  ['x'.repeat(201), /at most 200/],
  ['Holder\u202E called', /U\+202E, right-to-left override/],
])('a reason may not be %j', (reason, fault) => {
  expect(faultOfReason(reason)).toMatch(fault);
});
