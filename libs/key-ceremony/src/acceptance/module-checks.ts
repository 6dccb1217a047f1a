import { createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import {
  CKM_AES_GCM,
  CKM_AES_KEY_GEN,
  CKM_ECDSA,
  CKM_EC_KEY_PAIR_GEN,
  CKM_GENERIC_SECRET_KEY_GEN,
  CKM_RSA_PKCS_KEY_PAIR_GEN,
  CKM_RSA_PKCS_OAEP,
  CKM_SHA256_HMAC,
  CKM_SHA256_RSA_PKCS,
  KNOWN_ANSWER_FIELD,
  ckrClass,
  ckrText,
  evidenceOf,
  missingHardwareFlag,
  nodeOaep,
  oaep,
  refusalOf,
  softwareFindings,
  template,
  unwrapAttributes,
} from '#libs/hsm/pkcs11';
import type { CheckBench, TestTransportKey } from './check-bench.js';
import type { Finding } from './finding.js';

/** Published transport keys: the recommended size, and the least. */
const RECOMMENDED_BITS = 3072;
const FLOOR_BITS = 2048;
/** RFC 3394, section 2.2.3.1. */
const AES_KW_DEFAULT_IV = Buffer.alloc(8, 0xa6);
const IN_SOFTWARE =
  'keys lie in files, PINs pass through memory; development and tests only, production refuses it';
const WITHOUT_FLAG = 'production refuses it, unless HSM_ALLOW_NO_HARDWARE_FLAG takes it';

/** Hardware or software, by the same evidence as at a start in production. */
export function tokenChecks({ cryptoki, slot }: Pick<CheckBench, 'cryptoki' | 'slot'>): readonly Finding[] {
  const { label, manufacturer, model, serialNumber, firmware } = cryptoki.tokenInfo(slot);
  const detail = `${label}: ${manufacturer} ${model}, serial ${serialNumber}, firmware ${firmware}`;
  const evidence = evidenceOf(cryptoki, slot);
  const { software, unknown } = softwareFindings(evidence);
  const missing = missingHardwareFlag(evidence);
  const found = { area: 'token', check: 'hardware' } as const;
  return [
    software.length > 0
      ? { ...found, result: 'warning', detail: `${detail}: ${software.join('; ')}: ${IN_SOFTWARE}` }
      : unknown.length > 0
        ? { ...found, result: 'unknown', detail: `${detail}: ${unknown.join('; ')}; production refuses it` }
        : { ...found, result: 'pass', detail },
    missing === null
      ? { area: 'token', check: 'hardware slot', result: 'pass', detail: 'CKF_HW_SLOT' }
      : { area: 'token', check: 'hardware slot', result: 'warning', detail: `${missing}: ${WITHOUT_FLAG}` },
  ];
}

export function mechanismChecks({ cryptoki, slot, profile }: CheckBench): readonly Finding[] {
  const offered = new Set(cryptoki.mechanisms(slot));
  const needed: readonly (readonly [string, number])[] = [
    ['RSA-OAEP', CKM_RSA_PKCS_OAEP],
    ['AES key wrap', profile.aesKeyWrap.mechanism],
    ['AES-GCM', CKM_AES_GCM],
    ['HMAC-SHA256', CKM_SHA256_HMAC],
    ['RS256', CKM_SHA256_RSA_PKCS],
    ['ECDSA', CKM_ECDSA],
    ['RSA key generation', CKM_RSA_PKCS_KEY_PAIR_GEN],
    ['EC key generation', CKM_EC_KEY_PAIR_GEN],
    ['AES key generation', CKM_AES_KEY_GEN],
    ['secret key generation', CKM_GENERIC_SECRET_KEY_GEN],
  ];
  return needed.map(([check, mechanism]) => {
    const number = `0x${mechanism.toString(16)}`;
    return offered.has(mechanism)
      ? { area: 'mechanisms', check, result: 'pass', detail: number }
      : {
          area: 'mechanisms',
          check,
          result: 'fail',
          detail: `${number} is not offered: is the profile right?`,
        };
  });
}

export function keySizeChecks({ cryptoki, slot }: CheckBench): readonly Finding[] {
  const found = { area: 'key sizes', check: 'RSA' } as const;
  try {
    const { least, most } = cryptoki.keySizes(slot, CKM_RSA_PKCS_KEY_PAIR_GEN);
    const detail = `${least} to ${most} bits`;
    if (most >= RECOMMENDED_BITS) return [{ ...found, result: 'pass', detail }];
    return [
      {
        ...found,
        result: most >= FLOOR_BITS ? 'warning' : 'fail',
        detail: `${detail}: ${RECOMMENDED_BITS} are recommended for pin-transport, ${FLOOR_BITS} the least`,
      },
    ];
  } catch (error) {
    return [{ ...found, result: 'unknown', detail: `the token does not say (${ckrText(error)})` }];
  }
}

/** Hashes of OAEP by behaviour; the profile's own must work. A label is not needed. */
export function oaepChecks(bench: CheckBench, key: TestTransportKey): readonly Finding[] {
  const kinds = [
    { alg: 'RSA-OAEP' },
    { alg: 'RSA-OAEP-256' },
    { alg: 'RSA-OAEP-256', label: Buffer.from('pinward', 'ascii') },
  ] as const;
  return kinds.map(({ alg, ...rest }) => {
    const label = 'label' in rest ? rest.label : undefined;
    const refused = refusalOf(() => {
      const padding = { ...nodeOaep(alg), ...(label && { oaepLabel: label }) };
      const ciphertext = publicEncrypt({ key: key.publicKey, ...padding }, KNOWN_ANSWER_FIELD);
      const attributes = template(unwrapAttributes(bench.profile));
      bench.session.destroyObject(
        bench.session.unwrapKey(oaep(alg, label), key.handle, ciphertext, attributes),
      );
    });
    const isOwn = alg === bench.profile.transportAlgorithm && label === undefined;
    const check = label === undefined ? alg : `${alg} with a label`;
    const own = isOwn ? ', the profile has it' : ', not needed';
    if (refused === null) return { area: 'OAEP', check, result: 'pass', detail: `works${own}` };
    return { area: 'OAEP', check, result: isOwn ? 'fail' : 'pass', detail: `refused (${refused})${own}` };
  });
}

/**
 * AES key wrap against an independent implementation: R0 must be as RFC 3394 defines it, or another module could not
 * take over.
 */
export function keyWrapChecks(bench: CheckBench): readonly Finding[] {
  const found = { area: 'key wrap', check: 'RFC 3394' } as const;
  const [wrapping, wrapped] = [randomBytes(32), randomBytes(16)];
  let actual: Buffer;
  try {
    const wrappingKey = bench.knownKeys.bring(wrapping, { CKA_WRAP: true });
    const key = bench.knownKeys.bring(wrapped, { CKA_EXTRACTABLE: true });
    actual = bench.session.wrapKey(bench.mechanisms.aesKeyWrap, wrappingKey, key, Buffer.alloc(64));
  } catch (error) {
    const detail = `no key of known value could be used (${ckrText(error)}), as in FIPS mode; the known answer of each wrapping generation stands in`;
    return [{ ...found, result: 'unknown', detail }];
  }
  const cipher = createCipheriv('id-aes256-wrap', wrapping, AES_KW_DEFAULT_IV);
  const expected = Buffer.concat([cipher.update(wrapped), cipher.final()]);
  if (actual.equals(expected))
    return [{ ...found, result: 'pass', detail: 'as an independent implementation' }];
  return [{ ...found, result: 'fail', detail: 'another result: mechanism or IV of the profile are wrong' }];
}

/** The answers to garbage: if they look like trouble, each such envelope costs a test of the device. */
export function garbageChecks(bench: CheckBench, key: TestTransportKey): readonly Finding[] {
  const found = { area: 'answers', check: 'to garbage' } as const;
  const modulusLength = bench.envelope(key).length;
  const garbage = randomBytes(modulusLength);
  garbage[0] = 0;
  try {
    const attributes = template(unwrapAttributes(bench.profile));
    const made = bench.session.unwrapKey(bench.mechanisms.oaep, key.handle, garbage, attributes);
    bench.session.destroyObject(made);
    return [{ ...found, result: 'fail', detail: 'an envelope of random bytes was opened' }];
  } catch (error) {
    const text = ckrText(error);
    if (ckrClass(error) === 'other') return [{ ...found, result: 'pass', detail: text }];
    const words = `${text} looks like a failing device: each unreadable envelope makes the service test it`;
    return [{ ...found, result: 'warning', detail: words }];
  }
}
