import { createPublicKey } from 'node:crypto';
import { compactVerify } from 'jose';
import type { PublicJwk } from '#libs/api-clients';
import { parseStrictJson } from '../requests/bodies.js';

/** A JWS in compact form, unverified. */
export interface ReadJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** JWS compact serialization (RFC 7515, section 7.1): one spelling for each part. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

/**
 * Reads header and claims. Parsers differ about two members of one name (RFC 7515, section 10.12; RFC 7519, section 4),
 * so its maker and this service could read two different things: refused.
 *
 * @returns null where it is none, or ambiguous
 */
export function readJws(text: string): ReadJws | null {
  const [, header, payload] = COMPACT.exec(text) ?? [];
  if (header === undefined || payload === undefined) return null;
  try {
    const [first, second] = [header, payload].map((part) => parseStrictJson(Buffer.from(part, 'base64url')));
    return isMembers(first) && isMembers(second) ? { header: first, payload: second } : null;
  } catch {
    return null;
  }
}

/** Whether this key has signed it, with the one algorithm that the key is for, whatever the header says. */
export async function isSignedBy(text: string, jwk: PublicJwk): Promise<boolean> {
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    await compactVerify(text, key, { algorithms: [jwk.alg] });
    return true;
  } catch {
    return false;
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
