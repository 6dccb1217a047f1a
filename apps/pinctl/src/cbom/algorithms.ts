import type { TransportAlgorithm } from '#libs/hsm';
import { properties, type AlgorithmProperties, type Component } from './cyclonedx.js';

/** Where an algorithm runs: in the HSM, or in the service's own process with OpenSSL. */
export type Place = 'hsm' | 'openssl';

type Description = Omit<AlgorithmProperties, 'executionEnvironment'>;

export interface Algorithm extends Description {
  /** As the CycloneDX registry of cryptography writes it. */
  readonly name: string;
}

/**
 * NIST's categories by what an attack is at least as hard as: key search of AES-128 (1), collision search of SHA-256
 * (2), key search of AES-192 (3), collision search of SHA-384 (4), key search of AES-256 (5). RSA and elliptic curves
 * meet none: Shor's algorithm breaks them. The keys of every HMAC here have 256 bits.
 */
const NONE = 0;

const AES_256_GCM = {
  name: 'AES-256-GCM',
  primitive: 'ae',
  algorithmFamily: 'AES',
  parameterSetIdentifier: '256',
  mode: 'gcm',
  cryptoFunctions: ['encrypt', 'decrypt'],
  classicalSecurityLevel: 256,
  nistQuantumSecurityLevel: 5,
} as const satisfies Algorithm;

const HMAC_SHA_256 = {
  name: 'HMAC-SHA-256',
  primitive: 'mac',
  algorithmFamily: 'HMAC',
  parameterSetIdentifier: '256',
  cryptoFunctions: ['tag', 'verify'],
  // NIST SP 800-57 part 1 rev. 5, table 3.
  classicalSecurityLevel: 256,
  nistQuantumSecurityLevel: 5,
} as const satisfies Algorithm;

const P_256 = { ellipticCurve: 'nist/P-256', classicalSecurityLevel: 128, nistQuantumSecurityLevel: NONE };

/** All algorithms whose parameters do not depend on a key. */
export const ALGORITHMS = {
  'AES-256-GCM': AES_256_GCM,
  'AES-128-GCM': {
    ...AES_256_GCM,
    name: 'AES-128-GCM',
    parameterSetIdentifier: '128',
    classicalSecurityLevel: 128,
    nistQuantumSecurityLevel: 1,
  },
  'AES-256-KW': {
    name: 'AES-256-KW',
    primitive: 'key-wrap',
    algorithmFamily: 'AES',
    parameterSetIdentifier: '256',
    cryptoFunctions: ['encrypt'],
    classicalSecurityLevel: 256,
    nistQuantumSecurityLevel: 5,
  },
  'ChaCha20-Poly1305': {
    name: 'ChaCha20-Poly1305',
    primitive: 'ae',
    algorithmFamily: 'ChaCha20',
    parameterSetIdentifier: '256',
    cryptoFunctions: ['encrypt', 'decrypt'],
    classicalSecurityLevel: 256,
    nistQuantumSecurityLevel: 5,
  },
  'HMAC-SHA-256': HMAC_SHA_256,
  'SHA-256': {
    name: 'SHA-256',
    primitive: 'hash',
    algorithmFamily: 'SHA-2',
    parameterSetIdentifier: '256',
    cryptoFunctions: ['digest'],
    classicalSecurityLevel: 128,
    nistQuantumSecurityLevel: 2,
  },
  'SHA-384': {
    name: 'SHA-384',
    primitive: 'hash',
    algorithmFamily: 'SHA-2',
    parameterSetIdentifier: '384',
    cryptoFunctions: ['digest'],
    classicalSecurityLevel: 192,
    nistQuantumSecurityLevel: 4,
  },
  // As strong as the secret from which they derive.
  'PBKDF2-SHA-256': {
    name: 'PBKDF2-SHA-256-4096',
    primitive: 'kdf',
    algorithmFamily: 'PBKDF2',
    parameterSetIdentifier: '256',
    cryptoFunctions: ['keyderive'],
  },
  'HKDF-SHA-256': {
    name: 'HKDF-SHA-256',
    primitive: 'kdf',
    algorithmFamily: 'HKDF',
    parameterSetIdentifier: '256',
    cryptoFunctions: ['keyderive'],
  },
  scrypt: {
    name: 'scrypt',
    primitive: 'kdf',
    algorithmFamily: 'scrypt',
    parameterSetIdentifier: '256',
    cryptoFunctions: ['keyderive'],
  },
  'ECDSA-P-256-SHA-256': {
    ...P_256,
    name: 'ECDSA-P-256-SHA-256',
    primitive: 'signature',
    algorithmFamily: 'ECDSA',
    parameterSetIdentifier: '256',
    cryptoFunctions: ['sign', 'verify'],
  },
  'ECDHE-P-256': ecdhe('ECDHE-P-256', 'nist/P-256', 128),
  'ECDHE-P-384': ecdhe('ECDHE-P-384', 'nist/P-384', 192),
  'ECDHE-P-521': ecdhe('ECDHE-P-521', 'nist/P-521', 256),
  x25519: ecdhe('x25519', 'other/Curve25519', 128),
  x448: ecdhe('x448', 'other/Curve448', 224),
  'FFDHE-2048': ffdhe(2048, 112),
  'FFDHE-3072': ffdhe(3072, 128),
  'ML-KEM-768': mlKem(768, 192, 3),
  'ML-KEM-1024': mlKem(1024, 256, 5),
} as const satisfies Readonly<Record<string, Algorithm>>;

/** @param strength by NIST SP 800-57 part 1 rev. 5, table 2; of Curve448 by RFC 7748, section 5 */
function ecdhe(name: string, ellipticCurve: string, strength: number) {
  return {
    name,
    primitive: 'key-agree',
    algorithmFamily: 'ECDH',
    ellipticCurve,
    cryptoFunctions: ['keygen', 'keyderive'],
    classicalSecurityLevel: strength,
    nistQuantumSecurityLevel: NONE,
  } as const satisfies Algorithm;
}

/** The groups of RFC 7919. */
function ffdhe(bits: number, strength: number) {
  return {
    name: `FFDHE-${bits}`,
    primitive: 'key-agree',
    algorithmFamily: 'FFDH',
    parameterSetIdentifier: String(bits),
    cryptoFunctions: ['keygen', 'keyderive'],
    classicalSecurityLevel: strength,
    nistQuantumSecurityLevel: NONE,
  } as const satisfies Algorithm;
}

/** FIPS 203, section 8. */
function mlKem(parameters: number, strength: number, category: number) {
  return {
    name: `ML-KEM-${parameters}`,
    primitive: 'kem',
    algorithmFamily: 'ML-KEM',
    parameterSetIdentifier: String(parameters),
    cryptoFunctions: ['keygen', 'encapsulate', 'decapsulate'],
    classicalSecurityLevel: strength,
    nistQuantumSecurityLevel: category,
  } as const satisfies Algorithm;
}

/** By NIST SP 800-57 part 1 rev. 5, table 2, which has no row for 4096. */
const RSA_STRENGTH: Readonly<Record<number, number>> = { 2048: 112, 3072: 128 };

function rsa(name: string, bits: number | null): Pick<Algorithm, 'name' | 'nistQuantumSecurityLevel'> {
  const strength = bits === null ? undefined : RSA_STRENGTH[bits];
  return {
    name: bits === null ? name : `${name}-${bits}`,
    ...(bits === null ? {} : { parameterSetIdentifier: String(bits) }),
    ...(strength === undefined ? {} : { classicalSecurityLevel: strength }),
    nistQuantumSecurityLevel: NONE,
  };
}

/** @param algorithm null where the profile of the HSM, which decides on the hash, is not known */
export function rsaOaep(algorithm: TransportAlgorithm | null, bits: number | null): Algorithm {
  const hash = algorithm === null ? '' : algorithm === 'RSA-OAEP' ? '-SHA-1' : '-SHA-256';
  return {
    ...rsa(`RSA-OAEP${hash}`, bits),
    primitive: 'pke',
    algorithmFamily: 'RSAES-OAEP',
    padding: 'oaep',
    cryptoFunctions: ['encrypt', 'decrypt'],
  };
}

/** RS256. */
export function rsaSignature(bits: number | null): Algorithm {
  return {
    ...rsa('RSA-PKCS1-1.5-SHA-256', bits),
    primitive: 'signature',
    algorithmFamily: 'RSASSA-PKCS1',
    padding: 'pkcs1v15',
    cryptoFunctions: ['sign', 'verify'],
  };
}

export function algorithmRef({ name }: Pick<Algorithm, 'name'>, place: Place): string {
  return `algorithm/${place}/${name}`;
}

/** @param environment where the place's algorithms run */
export function algorithmComponent(
  { name, ...described }: Algorithm,
  place: Place,
  {
    environment,
    uses,
  }: { readonly environment: AlgorithmProperties['executionEnvironment']; readonly uses: readonly string[] },
): Component {
  return {
    type: 'cryptographic-asset',
    'bom-ref': algorithmRef({ name }, place),
    name,
    cryptoProperties: {
      assetType: 'algorithm',
      algorithmProperties: { ...described, executionEnvironment: environment },
    },
    properties: properties({ 'used-for': uses.join('; ') }),
  };
}
