import { createHash, timingSafeEqual } from 'node:crypto';

/** Makes the digest differ from every other SHA-256 of the same text. */
const DOMAIN = 'pinward:client-secret:v1\0';

/**
 * SHA-256 (FIPS 180-4). Our secrets have 256 random bits. A slow, salted hash is for secrets that people choose (NIST
 * SP 800-63B-4, section 3.1.2.2, requires one only below 112 bits); here it would only slow the service.
 */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(DOMAIN).update(secret).digest();
}

/** In constant time. */
export function isDigest(given: Buffer, stored: Buffer | null): boolean {
  return stored !== null && timingSafeEqual(given, stored);
}
