import { constants } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import type { Mechanism, RsaOAEP } from 'pkcs11js';
import type { TransportAlgorithm } from '../contract/keys.js';
import {
  CKG_MGF1_SHA1,
  CKG_MGF1_SHA256,
  CKM_ECDSA,
  CKM_RSA_PKCS_OAEP,
  CKM_SHA256,
  CKM_SHA256_HMAC,
  CKM_SHA256_RSA_PKCS,
  CKM_SHA_1,
  CKZ_DATA_SPECIFIED,
} from './constants.js';
import type { VendorProfile } from './vendor-profiles.js';

/** Mechanisms of one module, built once: then the binding leaks nothing and gets no malformed parameter. */
export interface Mechanisms {
  readonly oaep: Mechanism;
  readonly aesKeyWrap: Mechanism;
  readonly hmacSha256: Mechanism;
  readonly sha256: Mechanism;
  readonly rsaSha256: Mechanism;
  /** Over a digest that is computed outside: SoftHSM2 2.6.1 lacks CKM_ECDSA_SHA256. */
  readonly ecdsa: Mechanism;
}

export function mechanismsOf(profile: VendorProfile): Mechanisms {
  return {
    oaep: oaep(profile.transportAlgorithm),
    aesKeyWrap: profile.aesKeyWrap,
    hmacSha256: { mechanism: CKM_SHA256_HMAC },
    sha256: { mechanism: CKM_SHA256 },
    rsaSha256: { mechanism: CKM_SHA256_RSA_PKCS },
    ecdsa: { mechanism: CKM_ECDSA },
  };
}

/** RSA-OAEP as JOSE uses it, without a label (RFC 7518, section 4.3). Only the acceptance test gives one. */
export function oaep(algorithm: TransportAlgorithm, label?: Buffer): Mechanism {
  const labelled = label === undefined ? {} : { sourceData: label };
  return { mechanism: CKM_RSA_PKCS_OAEP, parameter: { ...oaepParameter(algorithm), ...labelled } };
}

/** CK_RSA_PKCS_OAEP_PARAMS. */
function oaepParameter(algorithm: TransportAlgorithm): RsaOAEP {
  const type = pkcs11js.CK_PARAMS_RSA_OAEP;
  switch (algorithm) {
    case 'RSA-OAEP':
      return { type, hashAlg: CKM_SHA_1, mgf: CKG_MGF1_SHA1, source: CKZ_DATA_SPECIFIED };
    case 'RSA-OAEP-256':
      return { type, hashAlg: CKM_SHA256, mgf: CKG_MGF1_SHA256, source: CKZ_DATA_SPECIFIED };
  }
}

/** The same padding for node:crypto, for canaries and weak-list fields: known values, no secrets. */
export function nodeOaep(algorithm: TransportAlgorithm): { padding: number; oaepHash: string } {
  const oaepHash = algorithm === 'RSA-OAEP' ? 'sha1' : 'sha256';
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
}
