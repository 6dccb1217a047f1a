import { createHmac, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { hmacSha256 } from './verifier-mac.js';

/** RFC 4231, section 4: test cases 1 to 4, which are all with a key of at most 64 bytes and an untruncated result. */
it.each([
  {
    key: '0b'.repeat(20),
    data: Buffer.from('Hi There').toString('hex'),
    mac: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  },
  {
    key: Buffer.from('Jefe').toString('hex'),
    data: Buffer.from('what do ya want for nothing?').toString('hex'),
    mac: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  },
  {
    key: 'aa'.repeat(20),
    data: 'dd'.repeat(50),
    mac: '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  },
  {
    key: '0102030405060708090a0b0c0d0e0f10111213141516171819',
    data: 'cd'.repeat(50),
    mac: '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  },
])('is HMAC-SHA256 of RFC 4231: $mac', ({ key, data, mac }) => {
  expect(hmacSha256(Buffer.from(key, 'hex'), Buffer.from(data, 'hex')).toString('hex')).toBe(mac);
});

it('agrees with node:crypto for every key length it takes, and leaves its inputs alone', () => {
  for (let length = 0; length <= 64; length += 1) {
    const [key, message] = [randomBytes(length), randomBytes(length * 3)];
    const copies = [Buffer.from(key), Buffer.from(message)];
    expect(hmacSha256(key, message)).toEqual(createHmac('sha256', key).update(message).digest());
    expect([key, message]).toEqual(copies);
  }
  expect(() => hmacSha256(Buffer.alloc(65), Buffer.alloc(0))).toThrow(RangeError);
});
