import { describe, expect, it } from 'vitest';
import { holdsSecret } from './hidden-secrets.js';

const PAN = '4111111111111111';
const SECRET = `pwcs_${'aB3-'.repeat(10)}xyz`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a text', () => {
  it.each([
    PAN,
    '4111-1111-1111-1111',
    'order:4111 1111 1111 1111',
    '٤١١١١١١١١١١١١١١١',
    base64(PAN),
    Buffer.from(PAN).toString('base64url'),
    base64(base64(PAN)),
    Buffer.from(PAN).toString('hex'),
    Buffer.from(PAN, 'utf16le').toString('hex'),
    encodeURIComponent(encodeURIComponent('4111 1111 1111 1111')),
    Array.from(PAN, (digit) => `%3${digit}`).join(''),
    Array.from(PAN, (digit) => `\\u003${digit}`).join(''),
    Array.from(PAN, (digit) => `&#${digit.charCodeAt(0)};`).join(''),
    Array.from(PAN, (digit) => `\\06${digit}`).join(''),
    SECRET,
    base64(SECRET),
    Buffer.from(SECRET).toString('hex'),
    encodeURIComponent(`x=${SECRET}`),
    'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJpc3MiOiJ4In0.c2ln',
  ])('that is a secret in some form is found: %s', (text) => {
    expect(holdsSecret(text)).toBe(true);
  });

  it.each(['order-17', 'req_01JC5', '2026-11-25', 'a/b?c=%20d', 'c2hvcnQ='])('like %s holds none', (text) => {
    expect(holdsSecret(text)).toBe(false);
  });
});
