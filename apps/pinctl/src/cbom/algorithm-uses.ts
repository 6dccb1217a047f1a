import {
  ALGORITHMS,
  algorithmComponent,
  algorithmRef,
  rsaOaep,
  rsaSignature,
  type Algorithm,
  type Place,
} from './algorithms.js';
import type { AlgorithmProperties, Component } from './cyclonedx.js';

export interface AlgorithmUse {
  readonly algorithm: Algorithm;
  readonly place: Place;
  /** What for, in a few words. */
  readonly use: string;
}

const inSoftware = (algorithm: Algorithm, ...uses: readonly string[]): readonly AlgorithmUse[] =>
  uses.map((use) => ({ algorithm, place: 'openssl', use }));

/** What the service computes itself. A test compares it with the calls of node:crypto and jose in the sources. */
export const SOFTWARE_USES: readonly AlgorithmUse[] = [
  ...inSoftware(
    ALGORITHMS['HMAC-SHA-256'],
    'webhook signatures',
    'fingerprints of requests, under a key that the HSM derives',
    'PIN verifiers, keyed with the wrapped PIN, in the HSM host',
    'verdicts and places of verifiers, attested by the HSM host',
    'tokens against forged requests at the console',
  ),
  ...inSoftware(
    ALGORITHMS['SHA-256'],
    'client secrets of 256 random bits',
    'secrets of sessions at the console, of 256 random bits',
    'the hash tree of the audit trail',
    'thumbprints of keys and certificates',
  ),
  ...inSoftware(ALGORITHMS.scrypt, 'client secrets, for services of the version before'),
  ...inSoftware(ALGORITHMS['PBKDF2-SHA-256'], "passwords of the database's roles (SCRAM-SHA-256)"),
  ...inSoftware(
    ALGORITHMS['AES-256-GCM'],
    "card data revealed to a caller's key (JWE, A256GCM)",
    'refresh tokens of sessions at the console',
  ),
  ...inSoftware(
    ALGORITHMS['HKDF-SHA-256'],
    "the key of a session's refresh token, from the secret in its cookie",
  ),
  ...inSoftware(rsaOaep('RSA-OAEP-256', null), "card data revealed to a caller's RSA key (JWE)"),
  ...inSoftware(ALGORITHMS['ECDHE-P-256'], "card data revealed to a caller's key (JWE, ECDH-ES)"),
  ...inSoftware(ALGORITHMS['ECDHE-P-384'], "card data revealed to a caller's key (JWE, ECDH-ES)"),
  ...inSoftware(rsaSignature(null), 'verifies access tokens (RS256)'),
  ...inSoftware(ALGORITHMS['ECDSA-P-256-SHA-256'], 'verifies checkpoints of the audit trail'),
];

/** One component for each algorithm and place, with all its uses. */
export function algorithmComponents(
  uses: readonly AlgorithmUse[],
  hsm: AlgorithmProperties['executionEnvironment'],
): readonly Component[] {
  const refOf = ({ algorithm, place }: AlgorithmUse) => algorithmRef(algorithm, place);
  const byRef = new Map(uses.map((use) => [refOf(use), use]));
  return [...byRef].map(([ref, { algorithm, place }]) => {
    const words = new Set(uses.filter((use) => refOf(use) === ref).map(({ use }) => use));
    const environment = place === 'hsm' ? hsm : 'software-plain-ram';
    return algorithmComponent(algorithm, place, { environment, uses: [...words] });
  });
}
