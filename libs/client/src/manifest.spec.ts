import { constants, createHash, generateKeyPairSync, privateDecrypt, sign, webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { encryptPin, verifiedKeySet, type PinKeySet, type PublishedPinKey, type WebCrypto } from './index.js';
import { MANIFEST_TYPE } from './signed-set.js';
import type { Subtle } from './web-crypto.js';

const CARD = { pinAccount: '987654321098', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
const NOW = new Date('2026-11-27T12:00:00Z');
const SECONDS = NOW.getTime() / 1_000;
const now = () => NOW;

const { subtle: PLATFORM } = webcrypto;

const transport = generateKeyPairSync('rsa', { modulusLength: 2048 });
const manifest = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = manifest.publicKey.export({ format: 'jwk' });
const pin = thumbprint(jwk);
let keys: readonly PublishedPinKey[];

beforeAll(() => {
  const { n = '', e = '' } = transport.publicKey.export({ format: 'jwk' });
  const common = { kty: 'RSA', alg: 'RSA-OAEP', use: 'enc', expiresAt: null } as const;
  keys = [{ ...common, kid: 'pin-transport-1', n, e, current: true }];
});

/** RFC 7638, section 3, spelled out. */
function thumbprint({ crv, kty, x, y }: webcrypto.JsonWebKey): string {
  const members = `{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}`;
  return createHash('sha256').update(members).digest('base64url');
}

interface Signing {
  readonly payload?: object;
  readonly header?: object;
  readonly by?: typeof manifest;
}

function signed({ payload = {}, header = {}, by = manifest }: Signing = {}): string {
  const input = [
    { alg: 'ES256', typ: MANIFEST_TYPE, kid: 'manifest-signing-1', jwk, ...header },
    { keys, iat: SECONDS, exp: SECONDS + 86_400, ...payload },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(input), { key: by.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** Node's own, with a list of what it was asked for. */
function counting(): WebCrypto & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const subtle = new Proxy(PLATFORM, {
    get: (target, name: keyof Subtle) => {
      asked.push(name);
      return target[name].bind(target) as unknown;
    },
  });
  return { subtle, asked };
}

const setOf = (signing?: Signing): PinKeySet => ({ keys, signed: signed(signing) });

describe('encryptPin', () => {
  it('encrypts under the signed key, whatever stands beside the signature', async () => {
    const [key] = keys;
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const keySet = { keys: [{ ...key, n: own.n ?? '' }] as PublishedPinKey[], signed: signed() };
    const { ciphertext } = await encryptPin({ pin: '1234', ...CARD, keySet, manifestPins: [pin], now });
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    const field = privateDecrypt(
      { key: transport.privateKey, ...padding },
      Buffer.from(ciphertext, 'base64url'),
    );
    expect(field.toString('hex')).toMatch(/^0412/);
  });

  it.each([
    ['no signature', async () => ({ keys })],
    ['a signature of another key under the same header', () => setOf({ by: stranger })],
    [
      "another key's own header",
      async () => setOf({ by: stranger, header: { jwk: stranger.publicKey.export({ format: 'jwk' }) } }),
    ],
    ['another algorithm by its name', () => setOf({ header: { alg: 'ES384' } })],
    ['what it should understand and does not', () => setOf({ header: { crit: ['b64'], b64: true } })],
    ['another type of JWS', () => setOf({ header: { typ: 'JWT' } })],
    ['no key in the header', () => setOf({ header: { jwk: undefined } })],
    [
      'changed keys',
      async () => {
        const [head, , tail] = signed().split('.');
        const other = Buffer.from(JSON.stringify({ keys: [], exp: SECONDS + 10 })).toString('base64url');
        return { keys, signed: `${head}.${other}.${tail}` };
      },
    ],
    [
      'no algorithm',
      async () => {
        const header = Buffer.from(JSON.stringify({ alg: 'none', typ: MANIFEST_TYPE, jwk })).toString(
          'base64url',
        );
        return { keys, signed: `${header}.${signed().split('.')[1]}.` };
      },
    ],
    ['a part too many', async () => ({ keys, signed: `${signed()}.` })],
    ['a longer signature', async () => ({ keys, signed: `${signed()}AAAA` })],
    ['a padded signature', async () => ({ keys, signed: `${signed()}==` })],
    ['something else', async () => ({ keys, signed: 'a.b.c' })],
  ] as const)('refuses %s', async (_, make) => {
    const keySet = await make();
    const encrypting = encryptPin({ pin: '1234', ...CARD, keySet, manifestPins: [pin], now });
    await expect(encrypting).rejects.toMatchObject({ code: 'PIN_KEY_SET_UNTRUSTED' });
  });

  it.each([
    ['a point off the curve', { y: 'x' }],
    ['a short coordinate', { x: 'AAAA' }],
    ['members that read as others', { x: 'x","y":"y' }],
    ['another curve', { crv: 'P-384' }],
  ])('refuses a header key with %s, also when it is pinned', async (_, members) => {
    const odd = { ...jwk, ...members, ...('y' in members ? { y: jwk.x } : {}) } as webcrypto.JsonWebKey;
    const keySet = setOf({ header: { jwk: odd } });
    const trust = { manifestPins: [thumbprint(odd)], now };
    await expect(verifiedKeySet(keySet, trust)).rejects.toMatchObject({ code: 'PIN_KEY_SET_UNTRUSTED' });
  });

  it.each([
    ['KEY_SET_MISSING', undefined],
    ['KEY_SET_MISSING', 'the text of an answer'],
    ['PIN_KEY_SET_MALFORMED', { code: 'UNAUTHENTICATED', status: 401 }],
    ['PIN_KEY_SET_UNTRUSTED', { keys: [] }],
  ])('says %s of %j', async (code, keySet) => {
    const given = { keySet: keySet as unknown as PinKeySet, manifestPins: [pin], now };
    await expect(encryptPin({ pin: '1234', ...CARD, ...given })).rejects.toMatchObject({ code });
  });

  it('looks at the PIN before it looks at any key', async () => {
    const nothing = { keySet: undefined as unknown as PinKeySet, manifestPins: [] };
    await expect(encryptPin({ pin: '12', ...CARD, ...nothing })).rejects.toMatchObject({
      code: 'PIN_MALFORMED',
    });
  });

  it('says where to get WebCrypto when there is none', async () => {
    const crypto = {} as WebCrypto;
    const encrypting = encryptPin({
      pin: '1234',
      ...CARD,
      keySet: setOf(),
      manifestPins: [pin],
      now,
      crypto,
    });
    await expect(encrypting).rejects.toMatchObject({
      code: 'WEBCRYPTO_MISSING',
      message: expect.stringMatching(/HTTPS.*react-native-quick-crypto/s),
    });
  });

  it('does not hide a fault of the WebCrypto that was asked', async () => {
    const fault = new Error('ECDSA is not implemented');
    const digest = PLATFORM.digest.bind(PLATFORM);
    const crypto = {
      subtle: { digest, importKey: async () => Promise.reject(fault) },
    } as unknown as WebCrypto;
    const trust = { manifestPins: [pin], now, crypto };
    await expect(verifiedKeySet(setOf(), trust)).rejects.toMatchObject({
      code: 'PIN_KEY_SET_UNTRUSTED',
      cause: fault,
    });
  });

  it('asks the WebCrypto it is given, and no other', async () => {
    const platform = vi.spyOn(globalThis.crypto, 'subtle', 'get').mockImplementation(() => {
      throw new Error('the platform was asked');
    });
    try {
      const given = { keySet: setOf(), manifestPins: [pin], now, crypto: counting() };
      await encryptPin({ pin: '1234', ...CARD, ...given });
      expect(given.crypto.asked).toEqual(['digest', 'importKey', 'verify', 'importKey', 'digest', 'encrypt']);
    } finally {
      platform.mockRestore();
    }
  });

  it('believes nothing without a pin, and either of two during a rotation', async () => {
    const keySet = setOf();
    const trusting = (manifestPins: readonly string[]) => verifiedKeySet(keySet, { manifestPins, now });
    await expect(trusting([])).rejects.toMatchObject({ code: 'PINS_MISSING' });
    await expect(trusting(['another'])).rejects.toMatchObject({ code: 'PIN_KEY_SET_UNTRUSTED' });
    expect((await trusting(['the next', pin])).keys).toEqual(keys);
  });

  it('refuses a set that is too old, with some patience for clocks', async () => {
    const of = async (exp: number) =>
      verifiedKeySet(setOf({ payload: { exp } }), { manifestPins: [pin], now });
    expect((await of(SECONDS - 299)).keys).toEqual(keys);
    await expect(of(SECONDS - 301)).rejects.toMatchObject({ code: 'PIN_KEY_SET_EXPIRED' });
  });

  it.each([
    ['without keys', { keys: undefined }],
    ['without an end', { exp: undefined }],
  ])('refuses a signed set %s', async (_, payload) => {
    const trust = { manifestPins: [pin], now };
    await expect(verifiedKeySet(setOf({ payload }), trust)).rejects.toMatchObject({
      code: 'PIN_KEY_SET_MALFORMED',
    });
  });
});
