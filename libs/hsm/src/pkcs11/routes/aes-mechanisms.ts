import pkcs11js from 'pkcs11js';
import type { AesCBC } from 'pkcs11js';
import { CKM_AES_CBC, CKM_AES_CBC_PAD, CKM_AES_ECB, CKM_AES_KEY_WRAP_KWP } from '../constants.js';
import { CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD } from '../constants.js';
import type { Mechanism } from '../cryptoki.js';
import { GCM_IV_BYTES, gcmEncryption } from '../gcm.js';
import type { VendorProfile } from '../vendor-profiles.js';

/** PKCS#11 3.1, sections 6.13 and 6.14, with a parameter that each module should take. */
export interface NamedMechanism {
  readonly name: string;
  readonly mechanism: Mechanism;
}

const BLOCK = Buffer.alloc(16);
/** CK_AES_CTR_PARAMS: ulCounterBits, cb. */
const COUNTER = Buffer.concat([Buffer.from('8000000000000000', 'hex'), BLOCK]);
const ULONG_16 = Buffer.from('1000000000000000', 'hex');

function named(name: string, mechanism: number, parameter?: Mechanism['parameter']): NamedMechanism {
  return { name, mechanism: parameter === undefined ? { mechanism } : { mechanism, parameter } };
}

/** Ciphers for which every input of whole blocks is a ciphertext. */
export const PLAIN_CIPHERS: readonly NamedMechanism[] = [
  named('AES-ECB', CKM_AES_ECB),
  named('AES-CBC', CKM_AES_CBC, BLOCK),
  named('AES-CTR', 0x1086, COUNTER),
  named('AES-CTS', 0x1089, BLOCK),
  named('AES-OFB', 0x2104, BLOCK),
  named('AES-CFB64', 0x2105, BLOCK),
  named('AES-CFB8', 0x2106, BLOCK),
  named('AES-CFB128', 0x2107, BLOCK),
];

/** These also pad or authenticate. */
export function ciphers(profile: VendorProfile): readonly NamedMechanism[] {
  return [
    ...PLAIN_CIPHERS,
    named('AES-CBC-PAD', CKM_AES_CBC_PAD, BLOCK),
    { name: 'AES-GCM', mechanism: gcmEncryption(profile.gcmIv) },
    ...keyWraps(profile),
  ];
}

export const MACS: readonly NamedMechanism[] = [
  named('AES-MAC', 0x1083),
  named('AES-MAC-GENERAL', 0x1084, ULONG_16),
  named('AES-CMAC', 0x108a),
  named('AES-CMAC-GENERAL', 0x108b, ULONG_16),
  named('AES-XCBC-MAC', 0x108c),
  named('AES-XCBC-MAC-96', 0x108d),
  named('AES-GMAC', 0x108e, Buffer.alloc(GCM_IV_BYTES)),
];

/** AES's own, and those whose base may be any secret key. */
export function derivations(): readonly NamedMechanism[] {
  const cbc: AesCBC = { type: pkcs11js.CK_PARAMS_AES_CBC, iv: BLOCK, data: BLOCK };
  return [
    named('AES-CBC-ENCRYPT-DATA', 0x1105, cbc),
    named('EXTRACT-KEY-FROM-KEY', 0x365, Buffer.alloc(8)),
    named('SHA1-KEY-DERIVATION', 0x392),
    named('SHA256-KEY-DERIVATION', 0x393),
  ];
}

/** AES key wrap, the module's own first. */
export function keyWraps({ aesKeyWrap }: VendorProfile): readonly NamedMechanism[] {
  const standard = [
    named('AES-KEY-WRAP', CKM_AES_KEY_WRAP),
    named('AES-KEY-WRAP-PAD', CKM_AES_KEY_WRAP_PAD),
    named('AES-KEY-WRAP-KWP', CKM_AES_KEY_WRAP_KWP),
  ];
  const isOwn = ({ mechanism }: NamedMechanism) =>
    mechanism.mechanism === aesKeyWrap.mechanism && aesKeyWrap.parameter === undefined;
  return [
    { name: "the profile's AES key wrap", mechanism: aesKeyWrap },
    ...standard.filter((each) => !isOwn(each)),
  ];
}

/** Other mechanisms that wrap keys under an AES key. */
export function wrappingCiphers(profile: VendorProfile): readonly NamedMechanism[] {
  return [
    ...keyWraps(profile),
    ...ciphers(profile).filter(({ name }) => /^AES-(CBC|CBC-PAD|ECB|CTR|GCM)$/.test(name)),
  ];
}
