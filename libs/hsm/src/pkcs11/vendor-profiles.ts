import type { TransportAlgorithm } from '../contract/keys.js';
import type { VendorProfileName } from '../settings.js';
import type { GcmIvSource } from './gcm.js';
import type { ProfileChanges } from './profile-changes.js';
import {
  CKM_AES_KEY_WRAP,
  CKM_CLOUDHSM_AES_KEY_WRAP_NO_PAD,
  CKM_LUNA_AES_KW,
  CKU_LUNA_CRYPTO_USER,
  CKU_USER,
} from './constants.js';

/** What differs between modules, as data. From the vendors' PKCS#11 documents. */
export interface VendorProfile {
  /** The JOSE name implies hash and MGF1 (RFC 7518, section 4.3). */
  readonly transportAlgorithm: TransportAlgorithm;
  /** AES key wrap without padding (RFC 3394); some modules need the default IV spelled out. */
  readonly aesKeyWrap: { readonly mechanism: number; readonly parameter?: Buffer };
  /** Whether C_UnwrapKey needs CKA_VALUE_LEN: Luna does, SoftHSM2 and Utimaco refuse it. */
  readonly valueLenOnUnwrap: boolean;
  /** The user type of the service's login; keys are made by the ordinary user. */
  readonly userType: number;
  /** How a key becomes TRUSTED: only the security officer can do it, in one of these ways. */
  readonly trustedKeys: 'made-by-officer' | 'marked-by-officer' | 'marked-outside';
  /** Whether a key made by the security officer can be CKA_PRIVATE. On SoftHSM2 it cannot. */
  readonly officerKeysPrivate: boolean;
  /** Where the IV of AES-GCM comes from, and where to find one that the module has made (gcm.ts). */
  readonly gcmIv: GcmIvSource;
  /**
   * The service's sessions are read-only, so that a worker leaves no trace on the token; CloudHSM has only read-write
   * ones.
   */
  readonly sessions: 'read-only' | 'read-write';
  /** FIPS modules refuse a plaintext C_CreateObject: the weak list's fields are then encrypted and unwrapped. */
  readonly weakPinObjects: 'create' | 'unwrap';
}

/** A vendor's profile with what a deployment has changed of it. */
export function profileOf(name: VendorProfileName, changes: ProfileChanges | undefined): VendorProfile {
  const profile = VENDOR_PROFILES[name];
  if (changes === undefined) return profile;
  const { errors: _, gcmParameters: __, aesKeyWrap, ...others } = changes;
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return { ...profile, ...given, ...(aesKeyWrap === undefined ? {} : { aesKeyWrap: keyWrap(aesKeyWrap) }) };
}

function keyWrap({
  mechanism,
  parameter,
}: NonNullable<ProfileChanges['aesKeyWrap']>): VendorProfile['aesKeyWrap'] {
  return parameter === undefined ? { mechanism } : { mechanism, parameter: Buffer.from(parameter, 'hex') };
}

/** RFC 3394, section 2.2.3.1. */
const AES_KW_DEFAULT_IV = Buffer.alloc(8, 0xa6);

const STANDARD: VendorProfile = {
  transportAlgorithm: 'RSA-OAEP-256',
  aesKeyWrap: { mechanism: CKM_AES_KEY_WRAP },
  valueLenOnUnwrap: false,
  userType: CKU_USER,
  trustedKeys: 'made-by-officer',
  officerKeysPrivate: true,
  gcmIv: 'caller',
  sessions: 'read-only',
  weakPinObjects: 'unwrap',
};

/** `softhsm2` and `nss` are run by the tests; the others are written from the vendors' documents. */
export const VENDOR_PROFILES: Readonly<Record<VendorProfileName, VendorProfile>> = {
  // 2.6.1 has OAEP with SHA-1 only (CKR_ARGUMENTS_BAD otherwise).
  softhsm2: {
    ...STANDARD,
    transportAlgorithm: 'RSA-OAEP',
    officerKeysPrivate: false,
    weakPinObjects: 'create',
  },
  nss: { ...STANDARD, weakPinObjects: 'create' },
  luna: {
    ...STANDARD,
    aesKeyWrap: { mechanism: CKM_LUNA_AES_KW, parameter: AES_KW_DEFAULT_IV },
    valueLenOnUnwrap: true,
    userType: CKU_LUNA_CRYPTO_USER,
    trustedKeys: 'marked-by-officer',
    // The same as in FIPS mode.
    gcmIv: 'appended',
  },
  utimaco: STANDARD,
  cloudhsm: {
    ...STANDARD,
    aesKeyWrap: { mechanism: CKM_CLOUDHSM_AES_KEY_WRAP_NO_PAD },
    trustedKeys: 'marked-outside',
    gcmIv: 'parameter',
    sessions: 'read-write',
  },
  nshield: { ...STANDARD, trustedKeys: 'marked-by-officer' },
};
