import { z } from 'zod';
import { GCM_IV_SOURCES } from './gcm.js';

const number = z
  .string()
  .regex(/^0x[0-9a-f]{1,8}$/i, 'must be a hexadecimal number such as 0x2109')
  .transform(Number);

/**
 * What a deployment may change in its vendor's profile (PKCS11_PROFILE_FILE), when its firmware or client library
 * differs from the documents behind the profile. docs/hsm/README.md explains each member.
 */
const schema = z.strictObject({
  transportAlgorithm: z.enum(['RSA-OAEP', 'RSA-OAEP-256']).optional(),
  aesKeyWrap: z.strictObject({ mechanism: number, parameter: z.hex().optional() }).optional(),
  valueLenOnUnwrap: z.boolean().optional(),
  userType: number.optional(),
  trustedKeys: z.enum(['made-by-officer', 'marked-by-officer', 'marked-outside']).optional(),
  officerKeysPrivate: z.boolean().optional(),
  gcmIv: z.enum(GCM_IV_SOURCES).optional(),
  sessions: z.enum(['read-only', 'read-write']).optional(),
  /** It used to choose between two forms that the binding makes alike. Still accepted, and ignored. */
  gcmParameters: z.enum(['current', 'v2.40']).optional(),
  weakPinObjects: z.enum(['create', 'unwrap']).optional(),
  /** The vendor's error numbers, and the class of each. */
  errors: z
    .record(
      z.string().regex(/^0x[0-9a-f]{1,8}$/i, 'must be an error number such as 0x80000123'),
      z.enum(['session', 'device', 'token-pin', 'other']),
    )
    .optional(),
});

export type ProfileChanges = z.infer<typeof schema>;

/** @param text JSON. @throws Error that names every fault */
export function parseProfileChanges(text: string): ProfileChanges {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new Error(faults.join('; '));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
}
