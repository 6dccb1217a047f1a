import { encodeBase64url } from '../encoding.js';
import type { PublishedPinKey } from '../pin-key.js';

/**
 * The key of docs/vectors/pin-envelope.json, whose private half everybody has: made to find mistakes with, and refused by the
 * service. One RSA key under two names, one for each hash of OAEP.
 */
export const TEST_KEYS = [
  { kid: 'test-key-sha1', alg: 'RSA-OAEP', hash: 'SHA-1' },
  { kid: 'test-key-sha256', alg: 'RSA-OAEP-256', hash: 'SHA-256' },
] as const;

/** Members of the private JWK (RFC 7518, section 6.3.2), base64url. */
const JWK = {
  p:
    '26EHBLjPr-8qJc0KPj8tim-yHHl0c82JcKwhr438VrXz_bsIMfAWVi09CyaB1en3fZRsPmwsiaBQbcA4rjfk25vwTypFCy2cKpHU' +
    'MkOpoUB9NMHBBzXiBPT8JjgWTvEZAFsWHRtD6k4izATazytNVwHOPSdsMjVMm8Sj6B_jfFU',
  q:
    'uiXzxfjElTrtNQSCAF58KJZheLm6VL5sULt9Ayc8cNHST_1_eQwLbS6kBwDjKF2Jvm_a3oUF3wTcMg4d_UVyy_Hby0NNSAPH0jv6' +
    'WmTvHF3W7xFeY6vqbIvSMnkL_JcypUYUK39ZIKs90_de6l_fsVibYkgPmAEogQ-5qDQMdQs',
  dp:
    'xOQW5qTHi3Fc14Z5KFR6_yAjDGPVgftAu0GU8UzYauOzWEPTlPEnFRp5HwXmX17gADSO1Wckhjyx3bH1Hjn9cOLbDB1YyCybU45o' +
    'LKd76pNlq2YHJe-oL8lwQtMFLL_3Kdp-eJl4yRRDHaM8hXzMWLPFsA0ncdtWUk52oiH0TgE',
  dq:
    'PqCAKG3urYpavgibOEaRnRIjDvvljZdXV74MbCAqPIbLLDBMT8xWl9AmTVjmE_GMYy68wzqb5BF9h7WqL0jLO4ROf09QU9c5xih5' +
    'rSniLHgB1QLR79SqFQThniuNddjkqCgwpwW8VbpnHcZO_6lr1_3IoUM_Q9O37dv9iXKhcks',
  qi:
    'ry3WCgRdnQ6WN8fDGJREK7XDDEKf6xt1jvS2M151_f3XAnrD7-5UFw0TS1keqb_YS9mdDSSiELn49wqJFh9lCWVtU-dkeSz-exJC' +
    '86Vzxyt7P1lWhIlh2AvFrhbhRfB5u_CjB20KOPiNSCBgnfPczXz_UkA2hov9YCVCgLqWxAI',
};

export const MODULUS_BYTES = 256;
const [P, Q] = [integer(JWK.p), integer(JWK.q)];
export const MODULUS: bigint = P * Q;

/**
 * RSADP of RFC 8017, section 5.1.2, by the Chinese remainder theorem, with nothing done against side channels: there is no
 * secret here.
 *
 * @returns the encoded message, as long as the modulus
 */
export function rawDecrypt(ciphertext: bigint): Uint8Array {
  const ofP = power(ciphertext, integer(JWK.dp), P);
  const ofQ = power(ciphertext, integer(JWK.dq), Q);
  const difference = (((ofP - ofQ) * integer(JWK.qi)) % P) + P;
  return integerToBytes(ofQ + Q * (difference % P));
}

/** Both, as GET /v1/pin-keys would publish them; each would be in a set of its own. */
export function publishedTestKeys(): readonly PublishedPinKey[] {
  const bytes = integerToBytes(MODULUS);
  const common = {
    use: 'enc',
    n: encodeBase64url(bytes),
    e: 'AQAB',
    current: true,
    expiresAt: null,
  } as const;
  return TEST_KEYS.map(({ kid, alg }) => ({ kty: 'RSA', kid, alg, ...common }));
}

export function bytesToInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

function integerToBytes(number: bigint): Uint8Array {
  const digits = number.toString(16).padStart(2 * MODULUS_BYTES, '0');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function integer(base64url: string): bigint {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return bytesToInteger(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [square, left] = [base % modulus, exponent]; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
