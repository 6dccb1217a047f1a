import pkcs11js from 'pkcs11js';
import type { AesGCM, Mechanism } from 'pkcs11js';
import { HsmMisconfigured } from '../contract/faults.js';
import type { GcmSealed } from '../evaluation/sealed-form.js';
import { CKM_AES_GCM } from './constants.js';
import type { CryptokiSession, Handle } from './cryptoki.js';

/**
 * Where the IV of an encryption comes from. A module in FIPS mode makes it itself (FIPS 140-3 IG C.H):
 * - `caller`: the caller gives it.
 * - `parameter`: the module writes it over the zeros in the parameter (CloudHSM).
 * - `appended`: the parameter has none, and the IV follows the tag (Luna).
 *
 * For decryption the caller gives it in all three cases.
 */
export const GCM_IV_SOURCES = ['caller', 'parameter', 'appended'] as const;
export type GcmIvSource = (typeof GCM_IV_SOURCES)[number];

export const GCM_IV_BYTES = 12;
const GCM_TAG_BYTES = 16;
/** Luna's length. */
const LONGEST_IV_BYTES = 16;

export interface GcmMessage {
  readonly value: Buffer;
  readonly associatedData: Buffer;
  /** Only for the source `caller`, which draws a random one if it is absent; the others ignore it. */
  readonly iv?: Buffer;
}

/** A session, and the key in it. */
export interface GcmKey {
  readonly session: CryptokiSession;
  readonly handle: Handle;
}

/** @throws HsmMisconfigured when the module did not do what `source` says: its IV would be lost, or be used twice */
export function gcmEncrypt(
  { session, handle }: GcmKey,
  source: GcmIvSource,
  { value, associatedData, iv }: GcmMessage,
): GcmSealed {
  const given = source === 'caller' ? (iv ?? session.random(GCM_IV_BYTES)) : null;
  const parameter = encryptionIv(source, given);
  const room = Buffer.alloc(value.length + GCM_TAG_BYTES + LONGEST_IV_BYTES);
  const output = session.encrypt(aesGcm(parameter, associatedData), handle, value, room);
  const sealed = output.subarray(0, value.length + GCM_TAG_BYTES);
  const appended = output.subarray(sealed.length);
  if (sealed.length < value.length + GCM_TAG_BYTES) throw unlike(source, 'no whole tag came back');
  switch (source) {
    case 'caller':
      if (appended.length > 0 || given?.equals(parameter) !== true)
        throw unlike(source, 'it makes the IV itself');
      return { iv: given, sealed };
    case 'parameter':
      if (appended.length > 0) throw unlike(source, 'it appends the IV');
      if (parameter.every((byte) => byte === 0)) throw unlike(source, 'it wrote no IV');
      return { iv: parameter, sealed };
    case 'appended':
      if (appended.length < GCM_IV_BYTES) throw unlike(source, 'it appended no IV');
      return { iv: appended, sealed };
  }
}

/** @throws the module's refusal: usually a changed value, another key, or other associated data */
export function gcmDecrypt(
  { session, handle }: GcmKey,
  { iv, sealed, associatedData }: GcmSealed & Pick<GcmMessage, 'associatedData'>,
): Buffer {
  return session.decrypt(aesGcm(iv, associatedData), handle, sealed, Buffer.alloc(sealed.length));
}

/**
 * The mechanism of an encryption whose result does not matter. Use it for one call, since the module may write to it.
 */
export function gcmEncryption(source: GcmIvSource): Mechanism {
  return aesGcm(encryptionIv(source, Buffer.alloc(GCM_IV_BYTES)), Buffer.alloc(0));
}

/**
 * The memory that the module gets. It is a copy, to detect a module that writes its own IV over a given one. It is not
 * a small Buffer: that may live on the JavaScript heap and move while the module still has its address.
 */
function encryptionIv(source: GcmIvSource, given: Buffer | null): Buffer {
  if (source === 'appended') return Buffer.alloc(0);
  const iv = Buffer.from(new ArrayBuffer(GCM_IV_BYTES));
  if (given === null) return iv;
  // SoftHSM2 accepts an empty one; every value would then share one keystream.
  if (given.length !== GCM_IV_BYTES) throw new RangeError(`a GCM IV is ${GCM_IV_BYTES} bytes long`);
  given.copy(iv);
  return iv;
}

/**
 * AES-GCM with a full tag (NIST SP 800-38D). The binding has CK_GCM_PARAMS under two names; under the other name
 * ulIvBits is uninitialised, and Luna reads it.
 */
function aesGcm(iv: Buffer, associatedData: Buffer): Mechanism {
  const parameter: AesGCM = {
    type: pkcs11js.CK_PARAMS_AES_GCM_v240,
    iv,
    ivBits: iv.length * 8,
    aad: associatedData,
    tagBits: GCM_TAG_BYTES * 8,
  };
  return { mechanism: CKM_AES_GCM, parameter };
}

function unlike(source: GcmIvSource, seen: string): HsmMisconfigured {
  return new HsmMisconfigured(
    `AES-GCM (gcmIv ${source}): the module does otherwise, ${seen}; pinctl hsm check tells what the profile must say`,
  );
}
