import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assertPinKey, currentPinKey, type PublishedPinKey } from './index.js';

const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
  format: 'jwk',
});
const KEY: PublishedPinKey = {
  kid: 'pin-transport-2',
  kty: 'RSA',
  alg: 'RSA-OAEP',
  use: 'enc',
  n,
  e,
  current: true,
  expiresAt: null,
};

const number = (value: bigint) => {
  const digits = value.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url');
};
const modulus = BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);

/** 256 bytes leave four unused bits in the last character; this sets the lowest of them. */
function withStrayBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.slice(-1)) | 1];
}

describe('assertPinKey', () => {
  it('lets a published key pass, also with members it does not know', () => {
    expect(() => assertPinKey({ ...KEY, x5t: 'later' })).not.toThrow();
  });

  it.each([
    ['no object', 'RSA'],
    ['null', null],
    ['an empty kid', { ...KEY, kid: '' }],
    ['another key type', { ...KEY, kty: 'EC' }],
    ['a signing key', { ...KEY, use: 'sig' }],
    ['RSA1_5', { ...KEY, alg: 'RSA1_5' }],
    ['no algorithm', { ...KEY, alg: undefined }],
    ['a modulus with padding', { ...KEY, n: `${n}==` }],
    ['a modulus with a leading zero byte', { ...KEY, n: `AAAA${n}` }],
    ['an even modulus', { ...KEY, n: number(modulus - 1n) }],
    ['an empty modulus', { ...KEY, n: '' }],
    ['an exponent of 1', { ...KEY, e: number(1n) }],
    ['an exponent of 3', { ...KEY, e: number(3n) }],
    ['an even exponent', { ...KEY, e: number(65_538n) }],
    ['an exponent of 257 bits', { ...KEY, e: number((1n << 256n) + 1n) }],
    ['a modulus with stray bits in its last character', { ...KEY, n: withStrayBits(n) }],
  ])('refuses %s', (_, key) => {
    expect(() => assertPinKey(key)).toThrow(expect.objectContaining({ code: 'PIN_KEY_MALFORMED' }));
  });

  it('refuses a modulus of 2047 bits and takes one of 2048', () => {
    const short = { ...KEY, n: number((1n << 2047n) - 1n) };
    expect(() => assertPinKey(short)).toThrow(expect.objectContaining({ code: 'PIN_KEY_TOO_SHORT' }));
    expect(() => assertPinKey({ ...KEY, n: number((1n << 2047n) + 1n) })).not.toThrow();
  });
});

describe('currentPinKey', () => {
  const older = { ...KEY, kid: 'pin-transport-1', current: false };

  it('picks the current key', () => {
    expect(currentPinKey({ keys: [older, KEY] })).toEqual(KEY);
  });

  it('passes over current keys of kinds it does not know', () => {
    const elliptic = {
      ...KEY,
      kid: 'pin-agreement-1',
      kty: 'EC',
      alg: 'ECDH-ES',
    } as unknown as PublishedPinKey;
    expect(currentPinKey({ keys: [elliptic, KEY] }).kid).toBe('pin-transport-2');
  });

  it.each([
    ['none', []],
    ['no current key', [older]],
    ['two current keys', [KEY, { ...KEY, kid: 'pin-transport-3' }]],
  ])('refuses a set with %s', (_, keys) => {
    expect(() => currentPinKey({ keys })).toThrow(expect.objectContaining({ code: 'PIN_KEY_MISSING' }));
  });

  it.each([null, undefined, {}, { keys: 'none' }, []])('refuses %j as a set', (set) => {
    const keySet = set as unknown as Parameters<typeof currentPinKey>[0];
    expect(() => currentPinKey(keySet)).toThrow(expect.objectContaining({ code: 'PIN_KEY_SET_MALFORMED' }));
  });

  it('checks the key it picks', () => {
    expect(() => currentPinKey({ keys: [{ ...KEY, e: number(3n) }] })).toThrow(
      expect.objectContaining({ code: 'PIN_KEY_MALFORMED' }),
    );
  });
});
