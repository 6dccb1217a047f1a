import { constants, generateKeyPairSync, privateDecrypt, type KeyObject } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import vectors from '../../../docs/vectors/pin-field.json' with { type: 'json' };
import { encryptPinFor, type EncryptedPin, type PinKeyAlgorithm, type PublishedPinKey } from './index.js';

const CARD = { pinAccount: '987654321098', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };

let privateKey: KeyObject;
let key: PublishedPinKey;

beforeAll(() => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  privateKey = pair.privateKey;
  key = published(pair.publicKey);
});

afterEach(() => vi.restoreAllMocks());

function published(publicKey: KeyObject, alg: PinKeyAlgorithm = 'RSA-OAEP'): PublishedPinKey {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { kid: 'pin-transport-1', kty: 'RSA', alg, use: 'enc', n, e, current: true, expiresAt: null };
}

/** What the HSM does, in software: opens the envelope with the private key. */
function open({ ciphertext }: EncryptedPin, oaepHash: 'sha1' | 'sha256'): string {
  const options = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
  return privateDecrypt(options, Buffer.from(ciphertext, 'base64url')).toString('hex').toUpperCase();
}

describe('encryptPinFor', () => {
  it.each(vectors.vectors)(
    'encrypts exactly the PIN field $pinField',
    async ({ pin, pinAccount, cardId, pinField }) => {
      expect(open(await encryptPinFor({ pin, pinAccount, cardId, key }), 'sha1')).toBe(pinField);
    },
  );

  it.each([
    ['RSA-OAEP', 'sha1', 'sha256'],
    ['RSA-OAEP-256', 'sha256', 'sha1'],
  ] as const)('uses the hash that %s names and no other', async (alg, hash, other) => {
    const envelope = await encryptPinFor({ pin: '1234', ...CARD, key: { ...key, alg } });
    expect(envelope.alg).toBe(alg);
    expect(open(envelope, hash)).toMatch(/^0412/);
    expect(() => open(envelope, other)).toThrow();
  });

  it('answers kid, alg and a ciphertext of the modulus length in base64url without padding', async () => {
    const envelope = await encryptPinFor({ pin: '1234', ...CARD, key });
    expect(envelope).toEqual({
      kid: 'pin-transport-1',
      alg: 'RSA-OAEP',
      ciphertext: expect.stringMatching(/^[A-Za-z0-9_-]{342}$/),
    });
    expect(Buffer.from(envelope.ciphertext, 'base64url')).toHaveLength(256);
  });

  it('never makes the same envelope twice', async () => {
    const envelopes = await Promise.all([1, 2, 3].map(() => encryptPinFor({ pin: '1234', ...CARD, key })));
    expect(new Set(envelopes.map(({ ciphertext }) => ciphertext)).size).toBe(3);
  });

  it('zeroes the field, also when the encryption fails', async () => {
    const fields: Uint8Array[] = [];
    vi.spyOn(globalThis.crypto.subtle, 'encrypt').mockImplementation(async (_algorithm, _key, data) => {
      fields.push(data as Uint8Array);
      expect((data as Uint8Array)[0]).toBe(4);
      throw new Error('no entropy');
    });
    await expect(encryptPinFor({ pin: '1234', ...CARD, key })).rejects.toThrow('no entropy');
    expect(fields).toEqual([new Uint8Array(16)]);
  });

  it.each([
    [{ pin: '123' }, 'PIN_MALFORMED'],
    [{ pin: '1234567890123' }, 'PIN_MALFORMED'],
    [{ pin: '12３4' }, 'PIN_MALFORMED'],
    [{ pinAccount: '12345678901' }, 'PIN_ACCOUNT_MALFORMED'],
    [{ cardId: CARD.cardId.toUpperCase() }, 'CARD_ID_MALFORMED'],
  ])('refuses %j with %s', async (malformed, code) => {
    await expect(encryptPinFor({ pin: '1234', ...CARD, key, ...malformed })).rejects.toMatchObject({ code });
  });

  it('refuses a key that assertPinKey refuses', async () => {
    const short = published(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey);
    await expect(encryptPinFor({ pin: '1234', ...CARD, key: short })).rejects.toMatchObject({
      code: 'PIN_KEY_TOO_SHORT',
    });
  });
});
