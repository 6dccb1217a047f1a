import { generateKeyPairSync, generatePrimeSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { recipientKey } from './recipient-key.js';

type Jwk = Record<string, unknown>;

const rsaKey = (modulusLength: number, publicExponent = 65_537): Jwk =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' });
const ecKey = (namedCurve: string): Jwk =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });
const prime = (bits: number) => generatePrimeSync(bits, { bigint: true });
const number = (value: bigint) => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};
/** The two highest bits of a generated prime are set, so that products have their full length. */
const modulus = (...factors: readonly bigint[]) => number(factors.reduce((one, other) => one * other));

const RSA = rsaKey(2048);
const P256 = ecKey('P-256');

async function refusal(jwk: Jwk): Promise<string> {
  const error: unknown = await recipientKey(jwk).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'REQUEST_INVALID' });
  const { errors } = (error as { members: { errors: { pointer: string }[] } }).members;
  return errors[0]?.pointer ?? '';
}

describe("a recipient's key", () => {
  it.each<[string, Jwk]>([
    ['RSA with 2048 bits', RSA],
    ['RSA with 3072 bits', rsaKey(3072)],
    ['RSA with 4096 bits', rsaKey(4096)],
    ['RSA with another large exponent', rsaKey(2048, 65_539)],
    ['RSA with a leading zero', { ...RSA, n: zeroPadded(RSA['n']) }],
    ['RSA as WebCrypto exports it', { ...RSA, alg: 'RSA-OAEP-256', ext: true, key_ops: ['encrypt'] }],
    ['RSA that names its use', { ...RSA, use: 'enc', key_ops: ['wrapKey'], kid: 'one' }],
    ['P-256', P256],
    ['P-384 as WebCrypto exports it', { ...ecKey('P-384'), ext: true, key_ops: [] }],
  ])('is accepted: %s', async (_what, jwk) => {
    const alg = jwk['kty'] === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES';
    expect(await recipientKey(jwk)).toMatchObject({ alg });
  });

  it.each<[string, string, () => Jwk]>([
    ['/e', 'e = 1, which encrypts nothing', () => ({ e: 'AQ' })],
    ['/e', 'e = 2', () => ({ e: 'Ag' })],
    ['/e', 'e = 3', () => ({ e: 'Aw' })],
    ['/e', 'e = 65536', () => ({ e: number(65_536n) })],
    ['/e', 'e = 65535', () => ({ e: number(65_535n) })],
    ['/e', 'an even large e', () => ({ e: number(65_538n) })],
    ['/e', 'e = 2^256 + 1', () => ({ e: number((1n << 256n) + 1n) })],
    ['/e', 'no e', () => ({ e: '' })],
    ['/e', 'another text for the same e', () => ({ e: 'AQAB=' })],
    ['/n', '2047 bits', () => ({ n: number((1n << 2047n) - 1n) })],
    ['/n', '4097 bits', () => ({ n: number((1n << 4096n) + 1n) })],
    ['/n', 'n = 2^2048 - 1', () => ({ n: number((1n << 2048n) - 1n) })],
    ['/n', 'an even n', () => ({ n: modulus(prime(1024), prime(1023), 2n) })],
    ['/n', 'a small factor', () => ({ n: modulus(prime(1024), prime(1015), 751n) })],
    ['/n', 'a prime', () => ({ n: modulus(prime(2048)) })],
    ['/n', 'a square', () => ({ n: modulus(...Array.from({ length: 2 }, same(prime(1024)))) })],
    ['/n', 'a cube', () => ({ n: modulus(...Array.from({ length: 3 }, same(prime(684)))) })],
    ['/n', 'a high power', () => ({ n: modulus(...Array.from({ length: 187 }, same(prime(11)))) })],
    ['/n', 'a square of two primes', () => ({ n: modulus(...squared(prime(512), prime(512))) })],
    ['/n', 'a modulus as ROCA makes them', () => ({ n: number(rocaModulus()) })],
    ['/n', 'padding', () => ({ n: `${String(RSA['n'])}==` })],
    ['/n', 'a number that is no text', () => ({ n: 5 })],
    ['/use', 'a key for signatures', () => ({ use: 'sig' })],
    ['/alg', 'another algorithm', () => ({ alg: 'RSA1_5' })],
    ['/key_ops', 'a key that verifies', () => ({ key_ops: ['verify'] })],
    ['/key_ops', 'a key that also verifies', () => ({ key_ops: ['wrapKey', 'verify'] })],
    ['/key_ops', 'operations that are no list', () => ({ key_ops: 'encrypt' })],
    ['/d', 'a private exponent', () => ({ d: 'AQAB' })],
    ['/k', 'a symmetric key', () => ({ k: 'AAAA' })],
    ['/kty', 'another kind', () => ({ kty: 'OKP', crv: 'X25519', x: P256['x'] })],
  ])('is refused at %s: %s', async (member, _what, change) => {
    expect(await refusal({ ...RSA, ...change() })).toBe(`/recipientKey${member}`);
  });

  it.each<[string, string, () => Jwk]>([
    ['', 'a point off the curve', () => ({ y: ecKey('P-256')['y'] })],
    ['', 'the point at infinity, as zeros', () => ({ x: coordinate(0n), y: coordinate(0n) })],
    ['', 'a coordinate beyond the field', () => ({ x: coordinate((1n << 256n) - 1n) })],
    ['/x', 'a short coordinate', () => ({ x: 'AAAA' })],
    ['/y', 'no second coordinate', () => ({ y: undefined })],
    ['/crv', 'a curve that is not asked for', () => ecKey('secp256k1')],
    ['/crv', 'P-521', () => ecKey('P-521')],
    ['/crv', 'a name that every object has', () => ({ crv: 'constructor' })],
    ['/x', 'a point of the other curve', () => ({ crv: 'P-384' })],
    ['/d', 'a private key', () => ({ d: coordinate(1n) })],
    ['/alg', 'another algorithm', () => ({ alg: 'ECDH-ES+A256KW' })],
    ['/key_ops', 'a key that verifies', () => ({ key_ops: ['verify'] })],
  ])('on a curve is refused at %j: %s', async (member, _what, change) => {
    expect(await refusal({ ...P256, ...change() })).toBe(`/recipientKey${member}`);
  });
});

function same(value: bigint) {
  return () => value;
}

function squared(...values: readonly bigint[]): readonly bigint[] {
  return [...values, ...values];
}

function coordinate(value: bigint): string {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toString('base64url');
}

function zeroPadded(text: unknown): string {
  return Buffer.concat([Buffer.alloc(1), Buffer.from(String(text), 'base64url')]).toString('base64url');
}

/** Factors k·M + 65537^a mod M with the M of 2048 bits; primality is checked later. */
function rocaModulus(): bigint {
  const primes = Array.from({ length: 702 }, (_, index) => index).filter(
    (candidate) =>
      candidate > 1 &&
      !Array.from({ length: 25 }, (_, index) => index + 2).some((d) => d < candidate && candidate % d === 0),
  );
  const product = primes.reduce((all, one) => all * BigInt(one), 1n);
  const factor = (exponent: bigint, factorBits: bigint) => {
    const rest = 65_537n ** exponent % product;
    const multiplier = ((3n << (factorBits - 2n)) - rest) / product;
    return multiplier * product + rest;
  };
  return factor(1_234_567n, 1024n) * factor(765_432n, 1024n);
}
