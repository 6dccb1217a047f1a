import { constants, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto';
import { keptEntry, keptKey, keptText, privateKeyOf, WARNING, type Kept } from './kept.js';
import { CARD, fieldOf } from './pin-field.js';

/** One RSA key, published twice: for each hash of OAEP under a kid of its own. */
const TEST_KEYS = [
  { kid: 'test-key-sha1', alg: 'RSA-OAEP', hash: 'sha1' },
  { kid: 'test-key-sha256', alg: 'RSA-OAEP-256', hash: 'sha256' },
] as const;

const INPUTS = [
  { cardId: CARD, pin: '1234', pinAccount: '987654321098' },
  { cardId: CARD, pin: '40717', pinAccount: '555555123456' },
  { cardId: 'abcdefab-cdef-4abc-8def-abcdefabcdef', pin: '123456789012', pinAccount: '040000012345' },
];

export function pinEnvelopeVectors(kept: Kept) {
  const testKey = keptKey(kept, 'testKey', 'rsa');
  const { n = '', e = '' } = testKey.privateJwk;
  const keys = TEST_KEYS.map(({ kid, alg }) => {
    return { kty: 'RSA', kid, alg, use: 'enc', n, e, current: true, expiresAt: null };
  });
  const key = privateKeyOf(testKey);
  const vectors = TEST_KEYS.flatMap((named) => INPUTS.map((input) => ({ ...named, ...input }))).map(
    ({ kid, alg, hash, ...input }, index) => {
      const { pinField } = fieldOf(input);
      const before = keptEntry(kept, 'vectors', index)?.['envelope'] as { ciphertext?: unknown } | undefined;
      const ciphertext = keptText(
        before?.ciphertext,
        (text) => opened(text, key, hash) === pinField,
        () => encrypted(pinField, key, hash),
      );
      return { ...input, pinField, envelope: { kid, alg, ciphertext } };
    },
  );
  return {
    title: 'Envelopes: PIN fields encrypted with RSA-OAEP (docs/pin-envelope.md, section 3)',
    warning: WARNING,
    testKey,
    keys,
    vectors,
  };
}

function encrypted(field: string, key: KeyObject, oaepHash: string): string {
  const padding = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
  return publicEncrypt(padding, Buffer.from(field, 'hex')).toString('base64url');
}

function opened(text: string, key: KeyObject, oaepHash: string): string | undefined {
  try {
    const padding = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
    return privateDecrypt(padding, Buffer.from(text, 'base64url')).toString('hex').toUpperCase();
  } catch {
    return undefined;
  }
}
