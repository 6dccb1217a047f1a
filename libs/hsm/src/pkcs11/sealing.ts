import type { SealKind } from '../contract/keys.js';
import { SEAL_KNOWN_ANSWER } from '../evaluation/known-answer.js';
import { SealBroken } from '../contract/faults.js';
import { ckrClass } from './ckr.js';
import { GCM_IV_BYTES, GCM_TAG_BYTES } from './mechanisms.js';
import type { HeldSecretKey } from './key-pick-up.js';
import type { Token } from './token.js';

/** A key, and what authenticates the place of a value besides its bytes. */
export interface SealPlace {
  readonly kind: SealKind;
  readonly generation: number;
  readonly associatedData: Buffer;
}

/** @returns IV, ciphertext and tag, one after the other */
export function sealValue(token: Token, place: SealPlace, value: Buffer): Buffer {
  const key = sealingKey(token, place);
  const iv = token.session.random(GCM_IV_BYTES);
  return Buffer.concat([iv, encrypt(token, key, { iv, value, associatedData: place.associatedData })]);
}

/** @throws SealBroken when the bytes do not belong to this place, or the module's own error when it is failing */
export function openValue(token: Token, place: SealPlace, bytes: Buffer): Buffer {
  const key = sealingKey(token, place);
  const iv = bytes.subarray(0, GCM_IV_BYTES);
  const sealed = bytes.subarray(GCM_IV_BYTES);
  if (sealed.length < GCM_TAG_BYTES) throw new SealBroken('too short to have been sealed');
  try {
    return token.session.decrypt(
      token.mechanisms.aesGcm(iv, place.associatedData),
      key.handle,
      sealed,
      Buffer.alloc(sealed.length),
    );
  } catch (error) {
    // Garbage and trouble look alike: whether the key still does what it did decides.
    if (ckrClass(error) !== 'other' || !sealingKeyWorks(token, key)) throw error;
    throw new SealBroken(`${place.kind}-${place.generation}: a sealed value was changed, or is not its own`);
  }
}

/** 32 bytes that only this key can produce: ciphertext and tag of the known answer. */
export function sealingFingerprint(token: Token, key: Pick<HeldSecretKey, 'handle'>): Buffer {
  return encrypt(token, key, SEAL_KNOWN_ANSWER);
}

function sealingKeyWorks(token: Token, key: HeldSecretKey): boolean {
  try {
    return sealingFingerprint(token, key).equals(key.fingerprint);
  } catch {
    return false;
  }
}

function sealingKey(token: Token, { kind, generation }: SealPlace): HeldSecretKey {
  const key = token.keys.seal[kind].get(generation);
  if (key === undefined) throw new Error(`${kind}-${generation} is not held`);
  return key;
}

interface Encryption {
  readonly iv: Buffer;
  readonly value: Buffer;
  readonly associatedData: Buffer;
}

function encrypt(
  token: Token,
  key: Pick<HeldSecretKey, 'handle'>,
  { iv, value, associatedData }: Encryption,
): Buffer {
  const output = Buffer.alloc(value.length + GCM_TAG_BYTES);
  return token.session.encrypt(token.mechanisms.aesGcm(iv, associatedData), key.handle, value, output);
}
