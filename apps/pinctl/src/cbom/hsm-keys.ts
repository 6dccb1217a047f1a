import type { KeyKind, TransportAlgorithm } from '#libs/hsm';
import type { KeyFacts } from '#libs/key-ceremony';
import type { KeyRegistration, ListedKey } from '#libs/keys';
import { ALGORITHMS, algorithmRef, rsaOaep, rsaSignature, type Algorithm } from './algorithms.js';
import type { AlgorithmUse } from './algorithm-uses.js';
import { properties, type Component, type Mechanism } from './cyclonedx.js';

/** What the inventory knows of one key of the registry. */
export interface InventoryKey {
  readonly listed: ListedKey;
  /** Undefined where the token was not looked at; null where the token does not hold the key. */
  readonly onToken: KeyFacts | null | undefined;
  /** Oldest first. */
  readonly registrations: readonly KeyRegistration[];
}

/** What is known of the token without a look at each key. */
export interface TokenTraits {
  /** Null where it was not looked at. */
  readonly transportAlgorithm: TransportAlgorithm | null;
  readonly mechanism: Mechanism;
}

const USES: Readonly<Record<KeyKind, string>> = {
  'pin-transport': 'PIN fields on their way into the HSM',
  'pin-wrapping': 'the comparison of PINs without decryption',
  lookup: 'fingerprints of PANs; derives the keys of other fingerprints',
  otp: 'one-time passwords',
  'card-vault': 'card data at rest',
  secrets: 'webhook secrets at rest, codes on their way',
  'token-signing': 'access tokens (RS256)',
  'audit-signing': 'tree heads of the audit trail, records of ceremonies',
  'manifest-signing': 'the published set of transport keys (ES256)',
};

const ASYMMETRIC: readonly KeyKind[] = [
  'pin-transport',
  'token-signing',
  'audit-signing',
  'manifest-signing',
];
/** The key table of docs/pin-envelope.md allows no other length; that of RSA is chosen in the ceremony. */
const FIXED_BITS = 256;

export function keyUses(keys: readonly InventoryKey[], traits: TokenTraits): readonly AlgorithmUse[] {
  return keys.map((key) => ({
    algorithm: algorithmOf(key, traits),
    place: 'hsm',
    use: USES[key.listed.kind],
  }));
}

export function keyComponent(key: InventoryKey, traits: TokenTraits): Component {
  const { listed, onToken, registrations } = key;
  const [activated, updated] = [
    registrations.find(({ state }) => state === 'current')?.at,
    registrations.at(-1)?.at,
  ];
  const isAsymmetric = ASYMMETRIC.includes(listed.kind);
  const bits = bitsOf(key);
  const fingerprint = Buffer.from(listed.fingerprint, 'base64url').toString('hex');
  return {
    type: 'cryptographic-asset',
    'bom-ref': `key/${listed.key}`,
    name: listed.key,
    cryptoProperties: {
      assetType: 'related-crypto-material',
      relatedCryptoMaterialProperties: {
        type: isAsymmetric ? 'private-key' : 'secret-key',
        id: listed.key,
        state: stateOf(key),
        creationDate: listed.registeredAt,
        ...(activated === undefined ? {} : { activationDate: activated.toISOString() }),
        ...(updated === undefined ? {} : { updateDate: updated.toISOString() }),
        ...(listed.expiresAt === null ? {} : { expirationDate: listed.expiresAt }),
        ...(bits === null ? {} : { size: bits }),
        securedBy: { mechanism: traits.mechanism },
        // Of a secret key it would be an answer of the key itself.
        ...(isAsymmetric && listed.state !== 'announced'
          ? { fingerprint: { alg: 'SHA-256', content: fingerprint } }
          : {}),
        relatedCryptographicAssets: [
          { type: 'algorithm', ref: algorithmRef(algorithmOf(key, traits), 'hsm') },
        ],
      },
    },
    properties: properties({
      kind: listed.kind,
      generation: listed.generation,
      state: listed.state,
      'age-days': listed.ageDays,
      'due-at': listed.dueAt,
      uses: listed.uses,
      'on-token': onToken === undefined ? null : String(onToken !== null),
      extractable: onToken?.extractable === undefined ? null : String(onToken.extractable ?? 'unknown'),
      'used-for': USES[listed.kind],
    }),
  };
}

function algorithmOf(key: InventoryKey, { transportAlgorithm }: TokenTraits): Algorithm {
  switch (key.listed.kind) {
    case 'pin-transport':
      return rsaOaep(transportAlgorithm, bitsOf(key));
    case 'token-signing':
      return rsaSignature(bitsOf(key));
    case 'audit-signing':
    case 'manifest-signing':
      return ALGORITHMS['ECDSA-P-256-SHA-256'];
    case 'pin-wrapping':
      return ALGORITHMS['AES-256-KW'];
    case 'lookup':
    case 'otp':
      return ALGORITHMS['HMAC-SHA-256'];
    case 'card-vault':
    case 'secrets':
      return ALGORITHMS['AES-256-GCM'];
  }
}

/** As the token says; otherwise as the key table demands. */
function bitsOf({ listed: { kind }, onToken }: InventoryKey): number | null {
  const isRsa = kind === 'pin-transport' || kind === 'token-signing';
  return onToken?.bits ?? (isRsa ? null : FIXED_BITS);
}

/** In the words of NIST SP 800-57: a deactivated key opens and verifies what it made, and makes nothing new. */
function stateOf({ listed: { state }, onToken }: InventoryKey) {
  if (state === 'current') return 'active';
  if (state === 'announced' || state === 'prepared') return 'pre-activation';
  return state === 'retired' && onToken === null ? 'destroyed' : 'deactivated';
}
