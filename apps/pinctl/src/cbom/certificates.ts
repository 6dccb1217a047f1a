import { X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Refused } from '../terminal/refused.js';
import { properties, type AlgorithmProperties, type Component, type Material } from './cyclonedx.js';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Each certificate of a PEM file with its public key; of the server's also that there is a private key, which is never
 * read.
 *
 * @param setting the file's setting, such as TLS_CERT_FILE
 * @throws Refused when the file cannot be read, or holds none
 */
export function certificateComponents(
  setting: 'TLS_CERT_FILE' | 'TLS_CLIENT_CA_FILE',
  file: string,
  now: Date,
): readonly Component[] {
  const certificates = certificatesIn(setting, file);
  return certificates.flatMap((certificate, index) => {
    const isServers = setting === 'TLS_CERT_FILE' && index === 0;
    const signature = signatureAlgorithmOf(certificate);
    return [
      ...(isServers ? [privateKeyOf(certificate)] : []),
      publicKeyOf(certificate),
      ...signature,
      component(certificate, { setting, isServers, signature, now }),
    ];
  });
}

function certificatesIn(setting: string, file: string): readonly X509Certificate[] {
  try {
    const found = readFileSync(file, 'utf8').match(PEM) ?? [];
    if (found.length === 0) throw new Error('holds no certificate in PEM');
    return found.map((pem) => new X509Certificate(pem));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Refused(`${setting}: ${file} ${code === undefined ? message : `cannot be read (${code})`}`, {
      cause,
    });
  }
}

interface Named {
  readonly setting: string;
  readonly isServers: boolean;
  readonly signature: readonly Component[];
  readonly now: Date;
}

function component(certificate: X509Certificate, { setting, isServers, signature, now }: Named): Component {
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  const state = now < from ? 'pre-activation' : now < to ? 'active' : 'deactivated';
  return {
    type: 'cryptographic-asset',
    'bom-ref': `certificate/${nameOf(certificate)}`,
    name: oneLine(certificate.subject),
    cryptoProperties: {
      assetType: 'certificate',
      certificateProperties: {
        serialNumber: certificate.serialNumber,
        subjectName: oneLine(certificate.subject),
        issuerName: oneLine(certificate.issuer),
        notValidBefore: from.toISOString(),
        notValidAfter: to.toISOString(),
        certificateFormat: 'X.509',
        fingerprint: {
          alg: 'SHA-256',
          content: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
        },
        certificateState: [{ state }],
        relatedCryptographicAssets: [
          { type: 'publicKey', ref: `key/public/${nameOf(certificate)}` },
          ...(isServers ? [{ type: 'privateKey', ref: `key/private/${nameOf(certificate)}` } as const] : []),
          ...signature.map((algorithm) => ({ type: 'algorithm', ref: algorithm['bom-ref'] }) as const),
        ],
      },
    },
    properties: properties({ where: `file of ${setting}` }),
  };
}

/** By the beginning or end of OpenSSL's name for a signature. */
const SIGNATURE_FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^ecdsa-with-/, 'ECDSA'],
  [/WithRSAEncryption$/, 'RSASSA-PKCS1'],
  [/^rsassaPss$/, 'RSASSA-PSS'],
  [/^ED(25519|448)$/, 'EdDSA'],
  [/^ML-DSA-/, 'ML-DSA'],
];
/** FIPS 204, section 4, table 1; every other family meets no category. */
const ML_DSA: Readonly<Record<string, number>> = { 'ML-DSA-44': 2, 'ML-DSA-65': 3, 'ML-DSA-87': 5 };

/** None before Node.js 22.20 and 24.9, which are the first to tell it. */
function signatureAlgorithmOf(certificate: X509Certificate): readonly Component[] {
  const { signatureAlgorithm: name, signatureAlgorithmOid: oid } = certificate;
  if (name === undefined) return [];
  const family = SIGNATURE_FAMILIES.find(([form]) => form.test(name))?.[1];
  const algorithmProperties: AlgorithmProperties = {
    primitive: 'signature',
    ...(family === undefined ? {} : { algorithmFamily: family, nistQuantumSecurityLevel: ML_DSA[name] ?? 0 }),
    executionEnvironment: 'software-plain-ram',
    cryptoFunctions: ['sign', 'verify'],
  };
  return [
    {
      type: 'cryptographic-asset',
      'bom-ref': `algorithm/certificate/${name}`,
      name,
      cryptoProperties: { assetType: 'algorithm', algorithmProperties, oid },
      properties: properties({ 'used-for': 'signatures of certificates' }),
    },
  ];
}

function publicKeyOf(certificate: X509Certificate): Component {
  return keyOf(certificate, 'public', {
    relatedCryptographicAssets: [{ type: 'certificate', ref: `certificate/${nameOf(certificate)}` }],
  });
}

function privateKeyOf(certificate: X509Certificate): Component {
  const told = {
    securedBy: { mechanism: 'None' },
    relatedCryptographicAssets: [{ type: 'publicKey', ref: `key/public/${nameOf(certificate)}` }],
  } as const;
  return keyOf(certificate, 'private', told, 'file of TLS_KEY_FILE, which only its owner may read');
}

function keyOf(
  certificate: X509Certificate,
  part: 'public' | 'private',
  told: Pick<Material, 'securedBy' | 'relatedCryptographicAssets'>,
  where: string | null = null,
): Component {
  const bits = bitsOf(certificate.publicKey);
  return {
    type: 'cryptographic-asset',
    'bom-ref': `key/${part}/${nameOf(certificate)}`,
    name: `${part} key of ${oneLine(certificate.subject)}`,
    cryptoProperties: {
      assetType: 'related-crypto-material',
      relatedCryptoMaterialProperties: {
        type: `${part}-key`,
        ...(bits === null ? {} : { size: bits }),
        ...told,
      },
    },
    properties: properties({ algorithm: keyWords(certificate.publicKey), where }),
  };
}

function keyWords(key: KeyObject): string {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = key;
  return details?.namedCurve === undefined ? type : `${type} ${details.namedCurve}`;
}

/** Curves by their names in OpenSSL. */
const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

function bitsOf({ asymmetricKeyDetails: details }: KeyObject): number | null {
  return details?.modulusLength ?? CURVE_BITS[details?.namedCurve ?? ''] ?? null;
}

function nameOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase();
}

/** Node.js writes one part of a name on each line. */
function oneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}
