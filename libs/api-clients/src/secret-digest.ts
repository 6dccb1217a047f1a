import { createHash, timingSafeEqual } from 'node:crypto';

/** Sets the digest apart from every other SHA-256 of the same text. */
const DOMAIN = 'pinward:client-secret:v1\0';

/**
 * SHA-256 (FIPS 180-4). Our secrets have 256 random bits: a slow, salted hash is for what people choose (NIST SP
 * 800-63B-4, section 3.1.2.2, asks for one below 112 bits alone), and here it would slow the service alone.
 */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(DOMAIN).update(secret).digest();
}

/** In constant time. */
export function isDigest(given: Buffer, stored: Buffer | null): boolean {
  return stored !== null && timingSafeEqual(given, stored);
}
