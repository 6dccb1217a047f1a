import {
  type AttributeName,
  CKK_EC,
  CKK_RSA,
  type CryptokiSession,
  type Handle,
  type KeySpec,
  attributeEntries,
} from '#libs/hsm/pkcs11';

const ULONG_BYTES = 8;

/** The token's attributes of one key; null where it does not give one. */
export interface KeyAttributes {
  readonly attributes: Readonly<Record<string, boolean | number | null>>;
  /** CKA_ALLOWED_MECHANISMS, hexadecimal. */
  readonly mechanisms: readonly string[] | null;
}

/** The attributes that the key table demands, with their present values. None of them is secret. */
export function readAttributes(
  session: CryptokiSession,
  handle: Handle,
  { keyType, attributes, origin }: KeySpec,
): KeyAttributes {
  const demanded = attributeEntries({ CKA_KEY_TYPE: keyType, ...attributes, ...origin });
  const values: Record<string, boolean | number | null> = {};
  for (const [name] of demanded) values[name] = decoded(session.attributeOrNull(handle, name));
  const allowed = session.attributeOrNull(handle, 'CKA_ALLOWED_MECHANISMS');
  return { attributes: values, mechanisms: allowed && mechanismsIn(allowed) };
}

/** One CK_BBOOL; null if the token does not give it. */
export function readFlag(session: CryptokiSession, handle: Handle, name: AttributeName): boolean | null {
  const value = decoded(session.attributeOrNull(handle, name));
  return typeof value === 'boolean' ? value : null;
}

/** What an inventory says of a key on the token. */
export interface KeyFacts {
  /** Of RSA the modulus, of EC the field; null if the token does not say it. */
  readonly bits: number | null;
  /** Null if the token does not say it. */
  readonly extractable: boolean | null;
}

export function readFacts(session: CryptokiSession, handle: Handle, spec: KeySpec): KeyFacts {
  return {
    bits: readBits(session, handle, spec),
    extractable: readFlag(session, handle, 'CKA_EXTRACTABLE'),
  };
}

/** Every curve here is P-256. */
const EC_BITS = 256;

function readBits(session: CryptokiSession, handle: Handle, { keyType }: KeySpec): number | null {
  if (keyType === CKK_EC) return EC_BITS;
  if (keyType === CKK_RSA) {
    const modulus = session
      .attributeOrNull(handle, 'CKA_MODULUS')
      ?.toString('hex')
      .replace(/^(00)+/, '');
    return modulus === undefined ? null : modulus.length * 4;
  }
  const bytes = decoded(session.attributeOrNull(handle, 'CKA_VALUE_LEN'));
  return typeof bytes === 'number' ? bytes * 8 : null;
}

/** CK_BBOOL is one byte, CK_ULONG eight. */
function decoded(bytes: Buffer | null): boolean | number | null {
  if (bytes === null || bytes.length === 0) return null;
  return bytes.length === ULONG_BYTES ? Number(bytes.readBigUInt64LE()) : bytes[0] !== 0;
}

function mechanismsIn(bytes: Buffer): readonly string[] {
  return Array.from({ length: bytes.length / ULONG_BYTES }, (_, index) => {
    return `0x${bytes.readBigUInt64LE(index * ULONG_BYTES).toString(16)}`;
  });
}
