import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

/** What stands in a file already; signatures, ciphertexts and keys are random, so they are kept while they hold. */
export type Kept = Readonly<Record<string, unknown>> | undefined;

/** A key whose private half everybody has, in the two forms that programs read. */
export interface PublishedKey {
  readonly privateJwk: JsonWebKey;
  /** PKCS#8 (RFC 5208), in PEM. */
  readonly privatePem: string;
}

export const WARNING =
  'TEST KEYS. Everybody has the private halves: nothing that matters may be encrypted to them or believed because of them.';

const MODULUS_BITS = 2048;

export function keptKey(kept: Kept, name: string, kind: 'rsa' | 'p256'): PublishedKey {
  const before = kept?.[name] as PublishedKey | undefined;
  if (before !== undefined) return before;
  const privateKey =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS }).privateKey
      : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  return {
    privateJwk: privateKey.export({ format: 'jwk' }),
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

export function privateKeyOf({ privatePem }: PublishedKey): KeyObject {
  return createPrivateKey(privatePem);
}

/** The entry of the same place in a list of the file, where it is there. */
export function keptEntry(kept: Kept, list: string, index: number): Kept {
  const entries = kept?.[list];
  return Array.isArray(entries) ? (entries[index] as Kept) : undefined;
}

/** A random value of before if it still means the same, else a new one. */
export function keptText(before: unknown, holds: (text: string) => boolean, make: () => string): string {
  return typeof before === 'string' && holds(before) ? before : make();
}
