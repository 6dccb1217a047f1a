import type { AttributeName } from './constants.js';
import type { CryptokiSession, Handle } from './cryptoki.js';
import type { KeySpec } from './key-table.js';
import { attributeEntries, type AttributeValue } from './template.js';

const ULONG_BYTES = 8;

/** Deviations of one key from the key table, as sentences that name key and attribute; empty when there are none. */
export function attributeFindings(
  session: CryptokiSession,
  handle: Handle,
  { label, spec }: { readonly label: string; readonly spec: KeySpec },
): readonly string[] {
  const findings: string[] = [];
  const demanded = attributeEntries({ CKA_KEY_TYPE: spec.keyType, ...spec.attributes, ...spec.origin });
  const read = reader(session, handle, [...demanded.map(([name]) => name), 'CKA_ALLOWED_MECHANISMS']);
  for (const [name, value] of demanded) {
    const actual = read(name);
    if (actual === null) findings.push(`${label} (${name}): cannot be read, must be ${String(value)}`);
    else if (!actual.equals(encoded(value))) findings.push(`${label} (${name}): must be ${String(value)}`);
  }
  const allowed = read('CKA_ALLOWED_MECHANISMS');
  const wanted = mechanismList(spec.mechanisms);
  if (allowed === null || !allowed.equals(wanted)) {
    const list = spec.mechanisms.map((mechanism) => `0x${mechanism.toString(16)}`).join(', ');
    findings.push(`${label} (CKA_ALLOWED_MECHANISMS): must be ${list}`);
  }
  return findings;
}

/** CK_MECHANISM_TYPE[]: CK_ULONGs in the machine's byte order, little endian on every supported machine. */
export function mechanismList(mechanisms: readonly number[]): Buffer {
  return Buffer.concat(mechanisms.map(ulong));
}

/** All in one call, since on a network HSM each call is a round trip. One by one if the module refuses one of them. */
function reader(
  session: CryptokiSession,
  handle: Handle,
  names: readonly AttributeName[],
): (name: AttributeName) => Buffer | null {
  try {
    const values = session.attributes(handle, names);
    const byName = new Map(names.map((name, index) => [name, values[index] ?? null]));
    return (name) => byName.get(name) ?? null;
  } catch {
    return (name) => session.attributeOrNull(handle, name);
  }
}

function encoded(value: AttributeValue): Buffer {
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0);
  if (typeof value === 'number') return ulong(value);
  return Buffer.from(value);
}

function ulong(value: number): Buffer {
  const bytes = Buffer.alloc(ULONG_BYTES);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
