import { createCipheriv, randomBytes } from 'node:crypto';
import { HsmMisconfigured } from '#libs/hsm';
import {
  GCM_IV_SOURCES,
  type GcmIvSource,
  type GcmKey,
  type GcmMessage,
  SEAL_KNOWN_ANSWER,
  ckrText,
  gcmDecrypt,
  gcmEncrypt,
} from '#libs/hsm/pkcs11';
import type { CheckBench } from './check-bench.js';
import type { Finding } from './finding.js';

const MESSAGE: GcmMessage = {
  value: SEAL_KNOWN_ANSWER.value,
  associatedData: SEAL_KNOWN_ANSWER.associatedData,
};

/**
 * A value that the module seals must open again, also outside the module. An IV must never come twice; the profile says
 * who makes it.
 */
export function gcmChecks({ session, knownKeys, profile }: CheckBench): readonly Finding[] {
  const { gcmIv } = profile;
  const found = { area: 'AES-GCM', check: `seals and opens, gcmIv ${gcmIv}` } as const;
  const secret = randomBytes(32);
  let key: GcmKey;
  try {
    key = { session, handle: knownKeys.bring(secret, { CKA_ENCRYPT: true, CKA_DECRYPT: true }) };
  } catch (error) {
    const reason = `no key of known value could be used (${ckrText(error)}); the known answer of each sealing key stands in`;
    return [{ ...found, result: 'unknown', detail: reason }];
  }
  const trouble = troubleWith(key, gcmIv, secret);
  if (trouble === null) return [{ ...found, result: 'pass', detail: 'as an independent implementation' }];
  const others = GCM_IV_SOURCES.filter((source) => troubleWith(key, source, secret) === null);
  const advice = others.length === 0 ? '' : `; it works with gcmIv ${others.join(' or ')}`;
  return [{ ...found, result: 'fail', detail: `${trouble}${advice}` }];
}

function troubleWith(key: GcmKey, source: GcmIvSource, secret: Buffer): string | null {
  try {
    const [one, other] = [gcmEncrypt(key, source, MESSAGE), gcmEncrypt(key, source, MESSAGE)];
    if (one.iv.equals(other.iv)) return 'the same IV came twice';
    if (!one.sealed.equals(independently(secret, one.iv))) return 'another result than an independent one';
    const { associatedData, value } = MESSAGE;
    return gcmDecrypt(key, { ...one, associatedData }).equals(value) ? null : 'another value was opened';
  } catch (error) {
    return error instanceof HsmMisconfigured ? error.message : `refused (${ckrText(error)})`;
  }
}

function independently(secret: Buffer, iv: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(MESSAGE.associatedData);
  return Buffer.concat([cipher.update(MESSAGE.value), cipher.final(), cipher.getAuthTag()]);
}
