import { timingSafeEqual } from 'node:crypto';
import type { CardIdentity } from '../contract/pin-hsm.js';
import type { PinVerifier } from '../contract/pin-verifier.js';
import { lengthPrefixed } from '../length-prefixed.js';
import { hmacSha256 } from './hmac.js';

const VERIFIER_CONTEXT = 'pinward:verifier:v1';
const WEAK_PIN_CONTEXT = 'pinward:weak:v1';

/** HMAC-SHA256 output, bytes. */
export const TAG_BYTES = 32;

/** Everything a verifier depends on besides R0. */
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

/** Whether R0 is the one behind the verifier; constant-time in the value. */
export function matchesVerifier(r0: Buffer, card: CardIdentity, verifier: PinVerifier): boolean {
  const { generation, salt, value } = verifier;
  const computed = verifierValue(r0, { card, generation, salt });
  return value.length === computed.length && timingSafeEqual(computed, value);
}

/** The tag of one PIN under one nonce: comparable with the tags of the weak list, useless for anything else. */
export function weakPinTag(r0: Buffer, nonce: Buffer): Buffer {
  return hmacSha256(r0, lengthPrefixed(WEAK_PIN_CONTEXT, nonce));
}

/** Whether the PIN behind R0 is on the weak list. Every tag is looked at, whichever hits. */
export function isWeakPin(r0: Buffer, weakPins: { readonly nonce: Buffer; readonly tags: Buffer }): boolean {
  const tag = weakPinTag(r0, weakPins.nonce);
  let hit = false;
  for (let offset = 0; offset + TAG_BYTES <= weakPins.tags.length; offset += TAG_BYTES) {
    if (timingSafeEqual(tag, weakPins.tags.subarray(offset, offset + TAG_BYTES))) hit = true;
  }
  return hit;
}
