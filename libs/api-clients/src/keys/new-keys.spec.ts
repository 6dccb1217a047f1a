import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { generate } from 'selfsigned';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkNewKeys, type NewKeys } from './new-keys.js';
import { PRIVATE_MEMBERS } from './public-jwk.js';

const NOW = new Date();
const check = (asked: NewKeys, now = NOW) => checkNewKeys(asked, '/keys', () => null, now);
/** What is wrong, each as pointer and detail. */
const faultsOf = (asked: NewKeys, now?: Date) => {
  try {
    check(asked, now);
    return [];
  } catch (refusal) {
    const { members } = refusal as { members: { errors: { pointer: string; detail: string }[] } };
    return members.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
  }
};
const setOf = (...keys: readonly unknown[]): NewKeys => ({ jwks: { keys } });

const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
};
const publicJwk = (alg: keyof typeof pairs): JsonWebKey => ({
  ...pairs[alg].publicKey.export({ format: 'jwk' }),
  kid: alg,
});
const es256 = publicJwk('ES256');

describe('an uploaded key set', () => {
  it('keeps of each key its numbers, its name and the one algorithm that it is for', () => {
    const algorithms = ['ES256', 'EdDSA', 'PS256'] as const;
    const given = algorithms.map((alg) => ({
      ...publicJwk(alg),
      alg,
      use: 'sig',
      key_ops: ['verify'],
      x5t: 'x',
      note: 'y',
    }));
    expect(check(setOf(...given))).toEqual({ keys: algorithms.map((alg) => ({ ...publicJwk(alg), alg })) });
  });

  it.each(PRIVATE_MEMBERS)(
    'with the private member %s is refused by that name, which is not repeated',
    (member) => {
      const [fault, ...more] = faultsOf(setOf({ ...es256, [member]: 'very-private' }));
      expect(fault).toMatch(new RegExp(`^/keys/jwks/keys/0/${member} is part of a private or shared key`));
      expect([more, fault?.includes('very-private')]).toEqual([[], false]);
    },
  );

  it('names every private key in it', () => {
    const own = Object.values(pairs).map(({ privateKey }, index) => ({
      ...privateKey.export({ format: 'jwk' }),
      kid: `k${index}`,
    }));
    expect(faultsOf(setOf(...own)).map((fault) => fault.split(' ', 1)[0])).toEqual([
      '/keys/jwks/keys/0/d',
      '/keys/jwks/keys/1/d',
      ...['d', 'p', 'q', 'dp', 'dq', 'qi'].map((member) => `/keys/jwks/keys/2/${member}`),
    ]);
  });

  const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' });
  const long = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });
  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /0 must be a JSON Web Key/],
    ['a text', 'key', /0 must be a JSON Web Key/],
    ['a list', [], /0 must be a JSON Web Key/],
    ['another curve', { ...long, kid: 'x' }, /0\/kty must be RSA, EC with the curve P-256/],
    ['a curve for agreement', { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43), kid: 'x' }, /0\/kty must be/],
    ['a point off the curve', { ...es256, x: 'A'.repeat(43) }, /0 is no key/],
    ['no number', { ...es256, y: undefined }, /0 is no key/],
    ['RSA of 1024 bits', { ...weak, kid: 'x' }, /0\/n must have 2048 to 4096 bits/],
    ['another algorithm', { ...publicJwk('PS256'), alg: 'RS256' }, /0\/alg must be PS256/],
    ['a symmetric algorithm', { ...es256, alg: 'HS256' }, /0\/alg must be ES256/],
    ['no name', { ...es256, kid: undefined }, /0\/kid must name the key/],
    ['an empty name', { ...es256, kid: '' }, /0\/kid must name the key/],
    ['a name with a blank', { ...es256, kid: 'a b' }, /0\/kid must name the key/],
    [
      'a name that could be a card number',
      { ...es256, kid: '4111111111111111' },
      /0\/kid looks like a card number/,
    ],
    ['another use', { ...es256, use: 'enc' }, /0\/use must be sig/],
    ['leave to sign', { ...es256, key_ops: ['sign'] }, /0\/key_ops must be/],
  ])('is refused with %s', (_, key, words) => {
    expect(faultsOf(setOf(key))).toEqual([expect.stringMatching(words)]);
  });

  it('has one to four keys, each of its own name', () => {
    expect(faultsOf(setOf())).toEqual(['/keys/jwks/keys must have 1 to 4']);
    expect(faultsOf(setOf(...Array.from({ length: 5 }, () => es256)))).toEqual([
      '/keys/jwks/keys must have 1 to 4',
    ]);
    expect(faultsOf(setOf(es256, { ...publicJwk('PS256'), kid: es256['kid'] }))).toEqual([
      '/keys/jwks/keys/1/kid names another key of the set',
    ]);
  });
});

describe('a URL of keys', () => {
  it.each<[string, RegExp]>([
    ['http://keys.example/jwks.json', /https/],
    ['keys', /https/],
    ['https://user:secret@keys.example/', /credentials/],
    ['https://keys.example/#part', /fragment/],
    ['https://keys.example/4000001234567899', /card number/],
    [`https://keys.example/${'x'.repeat(2_100)}`, /longer/],
  ])('must not be %s', (jwksUri, words) => {
    expect(faultsOf({ jwksUri })).toEqual([expect.stringMatching(words)]);
  });

  it('is asked about where it leads', () => {
    const refusing = () => checkNewKeys({ jwksUri: 'https://10.0.0.1/' }, '', () => 'must not be there', NOW);
    expect(refusing).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }) as Error);
    expect(check({ jwksUri: 'https://keys.example/jwks.json' })).toEqual({
      jwksUri: 'https://keys.example/jwks.json',
    });
  });
});

describe('a certificate', () => {
  let pem: string;
  let privateKey: string;
  beforeAll(async () => {
    const made = await generate([{ name: 'commonName', value: 'card-backend' }]);
    [pem, privateKey] = [made.cert, made.private];
  });

  it('has the thumbprint of RFC 8705, appendix A', () => {
    const certificate = `-----BEGIN CERTIFICATE-----
MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx
ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ
/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID
SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV
bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=
-----END CERTIFICATE-----`;
    const then = new Date('2020-02-01T00:00:00Z');
    expect(check({ certificates: [certificate] }, then)).toEqual({
      thumbprints: ['A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0'],
    });
  });

  it('is known by its thumbprint, once', () => {
    const kept = check({ certificates: [pem, pem] });
    expect(kept).toEqual({ thumbprints: [expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)] });
  });

  it('comes alone, is readable and has not expired', () => {
    const words = (certificate: string, now?: Date) => faultsOf({ certificates: [certificate] }, now);
    expect(words(pem + privateKey)).toEqual([
      expect.stringMatching(/^\/keys\/certificates\/0 holds a private key/),
    ]);
    expect(words(privateKey)).toEqual([expect.stringMatching(/holds a private key/)]);
    expect(words(pem + pem)).toEqual([expect.stringMatching(/must be one certificate/)]);
    expect(words('certificate')).toEqual([expect.stringMatching(/must be one certificate/)]);
    expect(words(pem, new Date('2126-01-01T00:00:00Z'))).toEqual(['/keys/certificates/0 has expired']);
  });
});

it('exactly one of the three is given', () => {
  const words = '/keys must be exactly one of jwks, jwksUri and certificates';
  expect(faultsOf({})).toEqual([words]);
  expect(faultsOf({ ...setOf(es256), jwksUri: 'https://keys.example/' })).toEqual([words]);
});
