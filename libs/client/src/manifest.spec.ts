import { constants, createHash, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { CompactSign, exportJWK, type JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { encryptPin, verifiedKeySet, type PinKeySet, type PublishedPinKey } from './index.js';
import { MANIFEST_TYPE } from './manifest.js';

const CARD = { pinAccount: '987654321098', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
const NOW = new Date('2026-11-27T12:00:00Z');
const SECONDS = NOW.getTime() / 1_000;
const now = () => NOW;

const transport = generateKeyPairSync('rsa', { modulusLength: 2048 });
const manifest = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let jwk: JWK;
let pin: string;
let keys: readonly PublishedPinKey[];

beforeAll(async () => {
  jwk = await exportJWK(manifest.publicKey);
  pin = thumbprint(jwk);
  const { n = '', e = '' } = transport.publicKey.export({ format: 'jwk' });
  const common = { kty: 'RSA', alg: 'RSA-OAEP', use: 'enc', expiresAt: null } as const;
  keys = [{ ...common, kid: 'pin-transport-1', n, e, current: true }];
});

/** RFC 7638, section 3, spelled out. */
function thumbprint({ crv, kty, x, y }: JWK): string {
  const members = `{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}`;
  return createHash('sha256').update(members).digest('base64url');
}

interface Signing {
  readonly payload?: object;
  readonly header?: object;
  readonly by?: typeof manifest;
}

async function signed({ payload = {}, header = {}, by = manifest }: Signing = {}): Promise<string> {
  const text = JSON.stringify({ keys, iat: SECONDS, exp: SECONDS + 86_400, ...payload });
  const all = { alg: 'ES256', typ: MANIFEST_TYPE, kid: 'manifest-signing-1', jwk, ...header };
  return await new CompactSign(new TextEncoder().encode(text)).setProtectedHeader(all).sign(by.privateKey);
}

const setOf = async (signing?: Signing): Promise<PinKeySet> => ({ keys, signed: await signed(signing) });

describe('encryptPin', () => {
  it('encrypts under the signed key, whatever stands beside the signature', async () => {
    const [key] = keys;
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const keySet = { keys: [{ ...key, n: own.n ?? '' }] as PublishedPinKey[], signed: await signed() };
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
      async () => setOf({ by: stranger, header: { jwk: await exportJWK(stranger.publicKey) } }),
    ],
    ['another type of JWS', () => setOf({ header: { typ: 'JWT' } })],
    ['no key in the header', () => setOf({ header: { jwk: undefined } })],
    [
      'changed keys',
      async () => {
        const [head, , tail] = (await signed()).split('.');
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
        return { keys, signed: `${header}.${(await signed()).split('.')[1]}.` };
      },
    ],
    ['something else', async () => ({ keys, signed: 'a.b.c' })],
  ] as const)('refuses %s', async (_, make) => {
    const keySet = await make();
    const encrypting = encryptPin({ pin: '1234', ...CARD, keySet, manifestPins: [pin], now });
    await expect(encrypting).rejects.toMatchObject({ code: 'PIN_KEY_SET_UNTRUSTED' });
  });

  it('believes nothing without a pin, and either of two during a rotation', async () => {
    const keySet = await setOf();
    const trusting = (manifestPins: readonly string[]) => verifiedKeySet(keySet, { manifestPins, now });
    await expect(trusting([])).rejects.toMatchObject({ code: 'PIN_KEY_SET_UNTRUSTED' });
    expect((await trusting(['the next', pin])).keys).toEqual(keys);
  });

  it('refuses a set that is too old, with some patience for clocks', async () => {
    const of = async (exp: number) =>
      verifiedKeySet(await setOf({ payload: { exp } }), { manifestPins: [pin], now });
    expect((await of(SECONDS - 299)).keys).toEqual(keys);
    await expect(of(SECONDS - 301)).rejects.toMatchObject({ code: 'PIN_KEY_SET_EXPIRED' });
  });

  it.each([
    ['without keys', { keys: undefined }],
    ['without an end', { exp: undefined }],
  ])('refuses a signed set %s', async (_, payload) => {
    const trust = { manifestPins: [pin], now };
    await expect(verifiedKeySet(await setOf({ payload }), trust)).rejects.toMatchObject({
      code: 'PIN_KEY_SET_MALFORMED',
    });
  });
});
