import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

/** ECDSA in C2SP signed-note's table. */
const ECDSA = 0x02;
const KEY_ID_BYTES = 4;

/** A key that verifies checkpoints. */
export interface VerifierKey {
  readonly name: string;
  /** First four bytes of the SHA-256 of the public key in DER (SPKI). */
  readonly id: Buffer;
  readonly publicKey: KeyObject;
}

export function verifierKey(name: string, publicKey: KeyObject): VerifierKey {
  return { name, id: keyId(spki(publicKey)), publicKey };
}

/** `<name>+<key id, hex>+<base64 of 0x02 and the public key in DER>`, on one line. */
export function formatVerifierKey({ name, id, publicKey }: VerifierKey): string {
  const key = Buffer.concat([Buffer.of(ECDSA), spki(publicKey)]);
  return `${name}+${id.toString('hex')}+${key.toString('base64')}`;
}

/** @throws Error when it is no ECDSA P-256 verifier key */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined) throw new Error('no verifier key');
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes[0] !== ECDSA) throw new Error('a verifier key that is not of type 0x02, ECDSA');
  const publicKey = createPublicKey({ key: bytes.subarray(1), format: 'der', type: 'spki' });
  if (publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error('a verifier key that is not on P-256');
  const key = verifierKey(name, publicKey);
  if (key.id.toString('hex') !== id) throw new Error('a verifier key whose id is not its own');
  return key;
}

export function hasSigned({ publicKey }: VerifierKey, text: string, signature: Buffer): boolean {
  return verify('sha256', Buffer.from(text, 'utf8'), { key: publicKey, dsaEncoding: 'der' }, signature);
}

function spki(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' });
}

function keyId(der: Buffer): Buffer {
  return createHash('sha256').update(der).digest().subarray(0, KEY_ID_BYTES);
}
