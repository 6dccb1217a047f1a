import {
  type AttributeName,
  type CryptokiSession,
  type Handle,
  type KeySpec,
  attributeEntries,
} from '#libs/hsm/pkcs11';

const ULONG_BYTES = 8;

/** What the token says of one key; null where it does not say. */
export interface KeyAttributes {
  readonly attributes: Readonly<Record<string, boolean | number | null>>;
  /** CKA_ALLOWED_MECHANISMS, hexadecimal. */
  readonly mechanisms: readonly string[] | null;
}

/** The attributes that the key table demands of a key, as they are. None of them is secret. */
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

/** One CK_BBOOL; null where the token does not say. */
export function readFlag(session: CryptokiSession, handle: Handle, name: AttributeName): boolean | null {
  const value = decoded(session.attributeOrNull(handle, name));
  return typeof value === 'boolean' ? value : null;
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
