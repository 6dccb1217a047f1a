import koffi from 'koffi';
import {
  ATTRIBUTE_TYPES,
  type AttributeValue,
  type AttributeValues,
  attributeEntries,
} from '#libs/hsm/pkcs11';

/** CK_ATTRIBUTE on LP64: CK_ULONG type, void *value, CK_ULONG length. */
const ENTRY_BYTES = 24;
const ULONG_BYTES = 8;

/**
 * The value of an array attribute such as CKA_UNWRAP_TEMPLATE: CK_ATTRIBUTE[] with pointers in it, which the PKCS#11
 * binding does not build. Only the making of keys needs it.
 *
 * `memory` holds the pointers' targets: keep it referenced until the call that takes `array` has returned.
 */
export function attributeArray(attributes: AttributeValues): {
  readonly array: Buffer;
  readonly memory: Buffer;
} {
  const entries = attributeEntries(attributes).map(([name, value]) => ({
    type: ATTRIBUTE_TYPES[name],
    bytes: encoded(value),
  }));
  // Its own ArrayBuffer: small Buffers may live on the JavaScript heap, where they move.
  const memory = Buffer.from(new ArrayBuffer(entries.length * ULONG_BYTES));
  const base = koffi.address(memory);
  const array = Buffer.alloc(entries.length * ENTRY_BYTES);
  entries.forEach(({ type, bytes }, index) => {
    bytes.copy(memory, index * ULONG_BYTES);
    array.writeBigUInt64LE(BigInt(type), index * ENTRY_BYTES);
    array.writeBigUInt64LE(base + BigInt(index * ULONG_BYTES), index * ENTRY_BYTES + 8);
    array.writeBigUInt64LE(BigInt(bytes.length), index * ENTRY_BYTES + 16);
  });
  return { array, memory };
}

function encoded(value: AttributeValue): Buffer {
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0);
  if (typeof value !== 'number') throw new TypeError('an unwrap template holds flags and numbers only');
  const bytes = Buffer.alloc(ULONG_BYTES);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
