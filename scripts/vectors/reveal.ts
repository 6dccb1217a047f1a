import { createPrivateKey, createPublicKey } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { keptEntry, keptKey, WARNING, type Kept, type PublishedKey } from './kept.js';

/** A PAN of ISO/IEC 7812-1 that no issuer has: 9 is for national assignment, and 999 is no country. */
const CARD_DATA = {
  cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  pan: '9990001234567892',
  expiry: '12/29',
  holderName: 'ZOE EXAMPLE',
};

const RECIPIENTS = [
  { name: 'rsaKey', kind: 'rsa', alg: 'RSA-OAEP-256' },
  { name: 'ecKey', kind: 'p256', alg: 'ECDH-ES' },
] as const;

/** The answer of POST /v1/cards/{cardId}/reveal, for both kinds of recipient (docs/http-api.md). */
export async function revealVectors(kept: Kept) {
  const made = RECIPIENTS.map(async ({ name, kind, alg }, index) => {
    const key = keptKey(kept, name, kind);
    const header = { alg, enc: 'A256GCM', cty: 'json', kid: name };
    const before = keptEntry(kept, 'vectors', index)?.['jwe'];
    const jwe = (await isStill(before, key, header))
      ? before
      : await new CompactEncrypt(plaintext())
          .setProtectedHeader(header)
          .encrypt(createPublicKey(key.privatePem));
    return { key: [name, key] as const, vector: { recipient: name, jwe, header, plaintext: CARD_DATA } };
  });
  const all = await Promise.all(made);
  return {
    title: 'Revealed card data: compact JWEs (docs/http-api.md, POST /v1/cards/{cardId}/reveal)',
    warning: WARNING,
    ...Object.fromEntries(all.map(({ key }) => key)),
    vectors: all.map(({ vector }) => vector),
  };
}

function plaintext(): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(CARD_DATA));
}

async function isStill(
  jwe: unknown,
  { privatePem }: PublishedKey,
  header: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  if (typeof jwe !== 'string') return false;
  const opened = await compactDecrypt(jwe, createPrivateKey(privatePem)).catch(() => null);
  const isHeaderSame = Object.entries(header).every(
    ([name, value]) => opened?.protectedHeader[name] === value,
  );
  return opened !== null && isHeaderSame && Buffer.from(opened.plaintext).equals(plaintext());
}
