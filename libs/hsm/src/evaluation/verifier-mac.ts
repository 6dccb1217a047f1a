import { hash, timingSafeEqual } from 'node:crypto';
import type { CardIdentity } from '../contract/pin-hsm.js';
import type { PinVerifier } from '../contract/pin-verifier.js';

const BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC-SHA256 (RFC 2104, FIPS 198-1) for short keys. createHmac would leave a copy of the key in memory until a garbage
 * collection. Here every byte that depends on the key is zeroed before returning.
 *
 * @param key at most 64 bytes; longer ones would have to be hashed first, and are not used here
 * @returns 32 bytes
 */
export function hmacSha256(key: Buffer, message: Buffer): Buffer {
  if (key.length > BLOCK_BYTES) throw new RangeError('an HMAC key has at most 64 bytes here');
  const inner = Buffer.alloc(BLOCK_BYTES + message.length);
  const outer = Buffer.alloc(BLOCK_BYTES + 32);
  try {
    pad(inner, key, INNER_PAD);
    message.copy(inner, BLOCK_BYTES);
    pad(outer, key, OUTER_PAD);
    const digest = hash('sha256', inner, 'buffer');
    digest.copy(outer, BLOCK_BYTES);
    digest.fill(0);
    return hash('sha256', outer, 'buffer');
  } finally {
    inner.fill(0);
    outer.fill(0);
  }
}

function pad(block: Buffer, key: Buffer, value: number): void {
  for (let index = 0; index < BLOCK_BYTES; index += 1) block[index] = (key[index] ?? 0) ^ value;
}

const LENGTH_BYTES = 2;
const MAX_PART_BYTES = 0xffff;

/**
 * The input of every MAC: each part preceded by its length, two bytes big endian, so that ("t1", "23-card") and
 * ("t12", "3-card") differ. Text is UTF-8.
 *
 * @throws RangeError for a part of more than 65,535 bytes
 */
export function lengthPrefixed(...parts: readonly (string | Uint8Array)[]): Buffer {
  const encoded: Buffer[] = [];
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    if (bytes.length > MAX_PART_BYTES) throw new RangeError('a MAC input part has at most 65,535 bytes');
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(bytes.length);
    encoded.push(length, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  return Buffer.concat(encoded);
}

const VERIFIER_CONTEXT = 'pinward:verifier:v1';
const WEAK_PIN_CONTEXT = 'pinward:weak:v1';

/** HMAC-SHA256 output, bytes. */
export const TAG_BYTES = 32;

/** Everything except R0 on which a verifier depends. */
export interface VerifierInput {
  readonly card: CardIdentity;
  readonly generation: number;
  /** 16 bytes. */
  readonly salt: Buffer;
}

/**
 * The value of a PIN verifier: HMAC-SHA256 (RFC 2104) keyed with R0 over context, tenant, card, generation as a
 * decimal string, and salt, each length-prefixed.
 *
 * @param r0 the PIN object wrapped under the pin-wrapping key of `input.generation`, 24 bytes
 */
export function verifierValue(r0: Buffer, { card, generation, salt }: VerifierInput): Buffer {
  const input = lengthPrefixed(VERIFIER_CONTEXT, card.tenantId, card.cardId, String(generation), salt);
  return hmacSha256(r0, input);
}

/** Whether the verifier was made from this R0; constant-time in the value. */
export function matchesVerifier(r0: Buffer, card: CardIdentity, verifier: PinVerifier): boolean {
  const { generation, salt, value } = verifier;
  const computed = verifierValue(r0, { card, generation, salt });
  return value.length === computed.length && timingSafeEqual(computed, value);
}

/** The tag of one PIN under one nonce: it can be compared with the tags of the weak list, and is useless otherwise. */
export function weakPinTag(r0: Buffer, nonce: Buffer): Buffer {
  return hmacSha256(r0, lengthPrefixed(WEAK_PIN_CONTEXT, nonce));
}

/** Whether the PIN behind R0 is on the weak list. Every tag is compared, even after a match. */
export function isWeakPin(r0: Buffer, weakPins: { readonly nonce: Buffer; readonly tags: Buffer }): boolean {
  const tag = weakPinTag(r0, weakPins.nonce);
  let hit = false;
  for (let offset = 0; offset + TAG_BYTES <= weakPins.tags.length; offset += TAG_BYTES) {
    if (timingSafeEqual(tag, weakPins.tags.subarray(offset, offset + TAG_BYTES))) hit = true;
  }
  return hit;
}
