import { VERSION } from '#libs/program-files';

/** The parts of CycloneDX 1.7 (ECMA-424) that an inventory of cryptography needs. Names and values are the standard's. */
const SPEC_VERSION = '1.7';

export interface Property {
  readonly name: string;
  readonly value: string;
}

export interface Component {
  readonly type: 'cryptographic-asset' | 'library' | 'platform' | 'device' | 'application';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly manufacturer?: { readonly name: string };
  readonly description?: string;
  readonly cryptoProperties?: CryptoProperties;
  readonly properties?: readonly Property[];
}

/** `ref` is the bom-ref of another component. */
interface Related {
  readonly type: 'algorithm' | 'publicKey' | 'privateKey' | 'certificate';
  readonly ref: string;
}

type CryptoProperties =
  | {
      readonly assetType: 'algorithm';
      readonly algorithmProperties: AlgorithmProperties;
      readonly oid?: string;
    }
  | { readonly assetType: 'protocol'; readonly protocolProperties: ProtocolProperties }
  | { readonly assetType: 'certificate'; readonly certificateProperties: CertificateProperties }
  | { readonly assetType: 'related-crypto-material'; readonly relatedCryptoMaterialProperties: Material };

export interface AlgorithmProperties {
  readonly primitive: 'ae' | 'hash' | 'kdf' | 'kem' | 'key-agree' | 'key-wrap' | 'mac' | 'pke' | 'signature';
  readonly algorithmFamily?: string;
  readonly parameterSetIdentifier?: string;
  readonly ellipticCurve?: string;
  readonly mode?: 'gcm';
  readonly padding?: 'oaep' | 'pkcs1v15';
  readonly executionEnvironment: 'software-plain-ram' | 'hardware' | 'unknown';
  readonly cryptoFunctions: readonly CryptoFunction[];
  /** Bits. */
  readonly classicalSecurityLevel?: number;
  /**
   * A category of NIST's evaluation criteria for post-quantum cryptography, 1 to 5; 0 meets none. Absent where it is that
   * of the secret.
   */
  readonly nistQuantumSecurityLevel?: number;
}

type CryptoFunction =
  | 'encrypt'
  | 'decrypt'
  | 'digest'
  | 'tag'
  | 'sign'
  | 'verify'
  | 'keygen'
  | 'keyderive'
  | 'encapsulate'
  | 'decapsulate';

export interface CipherSuiteEntry {
  readonly name?: string;
  /** The two bytes, such as 0x13 and 0x01. */
  readonly identifiers?: readonly string[];
  readonly algorithms?: readonly string[];
  readonly tlsGroups?: readonly string[];
}

interface ProtocolProperties {
  readonly type: 'tls';
  readonly version: string;
  readonly cipherSuites: readonly CipherSuiteEntry[];
  readonly relatedCryptographicAssets?: readonly Related[];
}

interface CertificateProperties {
  readonly serialNumber: string;
  readonly subjectName: string;
  readonly issuerName: string;
  readonly notValidBefore: string;
  readonly notValidAfter: string;
  readonly certificateFormat: 'X.509';
  readonly fingerprint: Hash;
  readonly certificateState: readonly [{ readonly state: 'pre-activation' | 'active' | 'deactivated' }];
  readonly relatedCryptographicAssets: readonly Related[];
}

/** What keeps a key. Unknown: in a token that was not looked at. */
export type Mechanism = 'HSM' | 'Software' | 'None' | 'unknown';

interface Hash {
  readonly alg: 'SHA-256';
  /** Hexadecimal. */
  readonly content: string;
}

/** Never with a `value`: the standard has that member, and this project has nothing to put there. */
export interface Material {
  readonly type: 'private-key' | 'public-key' | 'secret-key' | 'digest';
  readonly id?: string;
  /** NIST SP 800-57 part 1 rev. 5, section 7. */
  readonly state?: 'pre-activation' | 'active' | 'deactivated' | 'destroyed';
  readonly creationDate?: string;
  readonly activationDate?: string;
  readonly updateDate?: string;
  readonly expirationDate?: string;
  /** Bits. */
  readonly size?: number;
  readonly securedBy?: { readonly mechanism: Mechanism; readonly algorithmRef?: string };
  readonly fingerprint?: Hash;
  readonly relatedCryptographicAssets: readonly Related[];
}

export interface Dependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
  readonly provides?: readonly string[];
}

export interface BomParts {
  /** A UUID. */
  readonly serial: string;
  readonly timestamp: Date;
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
  /** What could not be looked at, one sentence each; empty if the inventory is whole. */
  readonly missing: readonly string[];
  /** What a reader should know besides, one sentence each. */
  readonly remarks: readonly string[];
}

export const APPLICATION = 'application/pinward';

/** Components and dependencies in the order of their references, so that two inventories can be compared line by line. */
export function bomOf({ serial, timestamp, components, dependencies, missing, remarks }: BomParts) {
  const pinward = { type: 'application', name: 'pinward', version: VERSION } as const;
  const whole = missing.length === 0;
  return {
    $schema: `http://cyclonedx.org/schema/bom-${SPEC_VERSION}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion: SPEC_VERSION,
    serialNumber: `urn:uuid:${serial}`,
    version: 1,
    metadata: {
      timestamp: timestamp.toISOString(),
      lifecycles: [{ phase: 'operations' }],
      tools: { components: [{ type: 'application', name: 'pinctl', version: VERSION }] },
      component: { ...pinward, 'bom-ref': APPLICATION },
    },
    components: inOrder(components, (component) => component['bom-ref']),
    dependencies: inOrder(dependencies, ({ ref }) => ref),
    ...(whole ? {} : { compositions: [{ aggregate: 'incomplete', assemblies: [APPLICATION] }] }),
    properties: [
      ...missing.flatMap((what) => properties({ missing: what })),
      ...remarks.flatMap((what) => properties({ remark: what })),
    ],
  };
}

/** Our own properties; those that are null are left out. */
export function properties(values: Readonly<Record<string, string | number | null>>): readonly Property[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [{ name: `pinward:${name}`, value: String(value) }],
  );
}

function inOrder<Item>(items: readonly Item[], name: (item: Item) => string): readonly Item[] {
  return items.toSorted((one, other) => (name(one) < name(other) ? -1 : 1));
}
