import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PinVerifier, TokenPin } from './index.js';

const SECRET = 'no-one-may-read-this';
const tokenPin = new TokenPin(SECRET);
const verifier = new PinVerifier(1, Buffer.from(SECRET), Buffer.from(SECRET));

describe.each([
  ['TokenPin', tokenPin],
  ['PinVerifier', verifier],
])('%s', (name, secret) => {
  it.each([
    ['String', String],
    ['template', (value: unknown) => `a ${value as string}`],
    ['JSON', (value: unknown) => JSON.stringify({ value })],
    ['inspect', (value: unknown) => inspect({ value }, { depth: 9, showHidden: true })],
  ])('prints as redacted by %s', (_way, print) => {
    const printed = print(secret);
    expect(printed).toContain(`[${name} redacted]`);
    for (const encoding of ['utf8', 'hex', 'base64'] as const) {
      expect(printed).not.toContain(Buffer.from(SECRET).toString(encoding));
    }
    expect(printed).not.toContain(String(SECRET.charCodeAt(0)));
  });
});

it('a TokenPin reveals itself to who asks for it by name', () => {
  expect(tokenPin.reveal()).toBe(SECRET);
});
