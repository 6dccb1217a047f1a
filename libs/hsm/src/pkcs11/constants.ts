/**
 * The PKCS#11 numbers of this adapter, from PKCS #11 Cryptographic Token Interface Base Specification 3.1, appendix A.
 * Messages to operators name attributes, so they are a table from name to number.
 */
export const ATTRIBUTE_TYPES = {
  CKA_CLASS: 0x0,
  CKA_TOKEN: 0x1,
  CKA_PRIVATE: 0x2,
  CKA_LABEL: 0x3,
  CKA_VALUE: 0x11,
  CKA_TRUSTED: 0x86,
  CKA_CHECK_VALUE: 0x90,
  CKA_KEY_TYPE: 0x100,
  CKA_ID: 0x102,
  CKA_SENSITIVE: 0x103,
  CKA_ENCRYPT: 0x104,
  CKA_DECRYPT: 0x105,
  CKA_WRAP: 0x106,
  CKA_UNWRAP: 0x107,
  CKA_SIGN: 0x108,
  CKA_SIGN_RECOVER: 0x109,
  CKA_VERIFY: 0x10a,
  CKA_VERIFY_RECOVER: 0x10b,
  CKA_DERIVE: 0x10c,
  CKA_MODULUS: 0x120,
  CKA_MODULUS_BITS: 0x121,
  CKA_PUBLIC_EXPONENT: 0x122,
  CKA_VALUE_LEN: 0x161,
  CKA_EXTRACTABLE: 0x162,
  CKA_LOCAL: 0x163,
  CKA_NEVER_EXTRACTABLE: 0x164,
  CKA_ALWAYS_SENSITIVE: 0x165,
  CKA_MODIFIABLE: 0x170,
  CKA_COPYABLE: 0x171,
  CKA_DESTROYABLE: 0x172,
  CKA_EC_PARAMS: 0x180,
  CKA_EC_POINT: 0x181,
  CKA_WRAP_WITH_TRUSTED: 0x210,
  CKA_UNWRAP_TEMPLATE: 0x40000212,
  CKA_ALLOWED_MECHANISMS: 0x40000600,
} as const;

export type AttributeName = keyof typeof ATTRIBUTE_TYPES;

export const CKO_PUBLIC_KEY = 0x2;
export const CKO_PRIVATE_KEY = 0x3;
export const CKO_SECRET_KEY = 0x4;

export const CKK_RSA = 0x0;
export const CKK_EC = 0x3;
export const CKK_GENERIC_SECRET = 0x10;
export const CKK_AES = 0x1f;

export const CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0;
export const CKM_RSA_PKCS = 0x1;
export const CKM_RSA_X_509 = 0x3;
export const CKM_RSA_PKCS_OAEP = 0x9;
export const CKM_SHA256_RSA_PKCS = 0x40;
export const CKM_SHA_1 = 0x220;
export const CKM_SHA256 = 0x250;
export const CKM_SHA256_HMAC = 0x251;
export const CKM_GENERIC_SECRET_KEY_GEN = 0x350;
export const CKM_EC_KEY_PAIR_GEN = 0x1040;
export const CKM_ECDSA = 0x1041;
export const CKM_AES_KEY_GEN = 0x1080;
export const CKM_AES_ECB = 0x1081;
export const CKM_AES_CBC = 0x1082;
export const CKM_AES_CBC_PAD = 0x1085;
export const CKM_AES_GCM = 0x1087;
export const CKM_AES_KEY_WRAP = 0x2109;
export const CKM_AES_KEY_WRAP_PAD = 0x210a;
export const CKM_AES_KEY_WRAP_KWP = 0x210b;
/** Thales Luna's number before it adopted the standard's. */
export const CKM_LUNA_AES_KW = 0x80000170;
/** AWS CloudHSM: AES key wrap without padding. */
export const CKM_CLOUDHSM_AES_KEY_WRAP_NO_PAD = 0x80002109;

export const CKG_MGF1_SHA1 = 0x1;
export const CKG_MGF1_SHA256 = 0x2;
export const CKZ_DATA_SPECIFIED = 0x1;

export const CKU_SO = 0x0;
export const CKU_USER = 0x1;
/** Thales Luna's crypto user: may use keys, may not make or delete them. */
export const CKU_LUNA_CRYPTO_USER = 0x80000001;

/** Mechanism flags: the functions for which the token offers it (PKCS#11 3.1, section 3.4). */
export const CKF_ENCRYPT = 0x100;
export const CKF_DECRYPT = 0x200;
export const CKF_SIGN = 0x800;
export const CKF_SIGN_RECOVER = 0x1000;
export const CKF_WRAP = 0x20000;
export const CKF_UNWRAP = 0x40000;
export const CKF_DERIVE = 0x80000;

export const CKF_RW_SESSION = 0x2;
export const CKF_SERIAL_SESSION = 0x4;
/** Token flag: the user's PIN has been initialised. */
export const CKF_USER_PIN_INITIALIZED = 0x8;
/** C_Initialize: the module may use the operating system's locks, since worker threads call it. */
export const CKF_OS_LOCKING_OK = 0x2;
