import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { expect, it } from 'vitest';
import { base64urlInteger, jwkThumbprint } from './thumbprint.js';

it('is the thumbprint of RFC 7638, section 3.1', () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs' +
    'tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n9' +
    '1CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
  expect(jwkThumbprint({ n, e: 'AQAB' }).toString('base64url')).toBe(
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  );
});

it('is that of another implementation for a key on P-256', async () => {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const { x = '', y = '' } = jwk;
  expect(jwkThumbprint({ x, y }).toString('base64url')).toBe(await calculateJwkThumbprint(jwk));
});

it.each([
  ['00010001', 'AQAB'],
  ['010001', 'AQAB'],
  ['0000', 'AA'],
  ['80', 'gA'],
])('writes integer %s without leading zero bytes', (hex, text) => {
  expect(base64urlInteger(Buffer.from(hex, 'hex'))).toBe(text);
});
