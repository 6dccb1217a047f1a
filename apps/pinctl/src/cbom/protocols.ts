import type { DataSource } from 'typeorm';
import { cipherSuites, type CipherSuite, type TlsVersion } from '#libs/tls-policy';
import type { TlsSettings } from '../config/tls-settings.js';
import { ALGORITHMS, algorithmRef, type Algorithm } from './algorithms.js';
import type { AlgorithmUse } from './algorithm-uses.js';
import { ownClientHello } from './client-hello.js';
import { properties, type CipherSuiteEntry, type Component } from './cyclonedx.js';

interface Suite {
  /** As registered with IANA. */
  readonly name: string;
  readonly number: number;
  readonly algorithms: readonly Algorithm[];
}

const { 'AES-128-GCM': AES_128, 'AES-256-GCM': AES_256, 'ChaCha20-Poly1305': CHACHA } = ALGORITHMS;
const { 'SHA-256': SHA_256, 'SHA-384': SHA_384 } = ALGORITHMS;

const SUITES: Readonly<Record<CipherSuite, Suite>> = {
  TLS_AES_128_GCM_SHA256: suite('TLS_AES_128_GCM_SHA256', 0x1301, AES_128, SHA_256),
  TLS_AES_256_GCM_SHA384: suite('TLS_AES_256_GCM_SHA384', 0x1302, AES_256, SHA_384),
  TLS_CHACHA20_POLY1305_SHA256: suite('TLS_CHACHA20_POLY1305_SHA256', 0x1303, CHACHA, SHA_256),
  'ECDHE-ECDSA-AES128-GCM-SHA256': suite('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 0xc02b, AES_128, SHA_256),
  'ECDHE-RSA-AES128-GCM-SHA256': suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 0xc02f, AES_128, SHA_256),
  'ECDHE-ECDSA-AES256-GCM-SHA384': suite('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 0xc02c, AES_256, SHA_384),
  'ECDHE-RSA-AES256-GCM-SHA384': suite('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 0xc030, AES_256, SHA_384),
};

function suite(name: string, number: number, ...algorithms: readonly Algorithm[]): Suite {
  return { name, number, algorithms };
}

interface Group {
  readonly name: string;
  readonly algorithms: readonly Algorithm[];
}

const { 'ECDHE-P-256': P_256, 'ECDHE-P-384': P_384, 'ECDHE-P-521': P_521, x25519, x448 } = ALGORITHMS;
const { 'ML-KEM-768': ML_KEM_768, 'ML-KEM-1024': ML_KEM_1024 } = ALGORITHMS;

/** As registered with IANA. A group with ML-KEM resists quantum computers. */
const GROUPS: Readonly<Record<number, Group>> = {
  0x0017: group('secp256r1', P_256),
  0x0018: group('secp384r1', P_384),
  0x0019: group('secp521r1', P_521),
  0x001d: group('x25519', x25519),
  0x001e: group('x448', x448),
  0x0100: group('ffdhe2048', ALGORITHMS['FFDHE-2048']),
  0x0101: group('ffdhe3072', ALGORITHMS['FFDHE-3072']),
  0x11eb: group('SecP256r1MLKEM768', P_256, ML_KEM_768),
  0x11ec: group('X25519MLKEM768', x25519, ML_KEM_768),
  0x11ed: group('SecP384r1MLKEM1024', P_384, ML_KEM_1024),
};

function group(name: string, ...algorithms: readonly Algorithm[]): Group {
  return { name, algorithms };
}

export interface Protocols {
  readonly components: readonly Component[];
  readonly uses: readonly AlgorithmUse[];
  /** What a reader should know besides. */
  readonly remarks: readonly string[];
}

/** @param certificates the references of the server's certificates; its own is the first */
export async function protocolsOf(
  tls: TlsSettings,
  dataSource: DataSource,
  certificates: readonly string[],
): Promise<Protocols> {
  const hello = await ownClientHello();
  const groups = hello.groups.map((number) => GROUPS[number] ?? group(hexadecimal(number)));
  const groupNames = groups.map(({ name }) => name);
  const offered = (least: TlsVersion) => cipherSuites(least).map((name) => entry(SUITES[name], groupNames));
  const server = {
    suites: offered(tls.least),
    least: tls.least,
    used: 'the listeners of the service',
    certificate: certificates[0],
  };
  const client = {
    suites: offered('TLSv1.2'),
    least: 'TLSv1.2',
    used: 'webhook receivers, the audit witness, collectors of the audit stream',
  } as const;
  const known = new Map(Object.values(SUITES).map(({ number, name }) => [number, name]));
  const others = {
    suites: hello.cipherSuites.map((number) => named(known.get(number), number, groupNames)),
    least: 'TLSv1.2',
    used: "an OpenID provider's keys, Redis, PostgreSQL: as Node.js offers by itself",
  } as const;
  const database = await databaseConnection(dataSource);
  return {
    components: [
      ...(tls.mode === 'on' ? [tlsComponent('protocol/tls-server', server)] : []),
      tlsComponent('protocol/tls-client', client),
      tlsComponent('protocol/tls-client-default', others),
      ...(database === null ? [] : [database]),
    ],
    uses: tlsUses(groups),
    remarks: database === null ? ['the connection to PostgreSQL is without TLS'] : [],
  };
}

/** What this connection has agreed on; null for one without TLS. The service's is another, with the same settings. */
async function databaseConnection(dataSource: DataSource): Promise<Component | null> {
  const [row] = await dataSource.query<{ version: string; cipher: string }[]>(
    'SELECT version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl',
  );
  if (row === undefined) return null;
  const found = Object.entries(SUITES).find(([name]) => name === row.cipher)?.[1];
  return {
    type: 'cryptographic-asset',
    'bom-ref': 'protocol/tls-postgresql',
    name: row.version,
    cryptoProperties: {
      assetType: 'protocol',
      protocolProperties: {
        type: 'tls',
        version: row.version.replace('TLSv', ''),
        cipherSuites: [found === undefined ? { name: row.cipher } : entry(found)],
      },
    },
    properties: properties({ 'used-for': 'PostgreSQL, as this connection has agreed on it' }),
  };
}

interface TlsUse {
  readonly suites: readonly CipherSuiteEntry[];
  readonly least: TlsVersion;
  readonly used: string;
  readonly certificate?: string | undefined;
}

function tlsComponent(ref: string, { suites, least, used, certificate }: TlsUse): Component {
  return {
    type: 'cryptographic-asset',
    'bom-ref': ref,
    name: least === 'TLSv1.3' ? 'TLS 1.3' : 'TLS 1.2 and 1.3',
    cryptoProperties: {
      assetType: 'protocol',
      protocolProperties: {
        type: 'tls',
        version: least === 'TLSv1.3' ? '1.3' : '1.2',
        cipherSuites: suites,
        ...(certificate === undefined
          ? {}
          : { relatedCryptographicAssets: [{ type: 'certificate', ref: certificate }] }),
      },
    },
    properties: properties({ 'used-for': used, 'least-version': least.replace('TLSv', '') }),
  };
}

function entry({ name, number, algorithms }: Suite, tlsGroups?: readonly string[]): CipherSuiteEntry {
  return {
    ...named(name, number, tlsGroups),
    algorithms: algorithms.map((algorithm) => algorithmRef(algorithm, 'openssl')),
  };
}

function named(name: string | undefined, number: number, tlsGroups?: readonly string[]): CipherSuiteEntry {
  return {
    ...(name === undefined ? {} : { name }),
    identifiers: [hexadecimal(number >> 8), hexadecimal(number & 0xff)],
    ...(tlsGroups === undefined ? {} : { tlsGroups }),
  };
}

function hexadecimal(number: number): string {
  const digits = number.toString(16).toUpperCase();
  return `0x${digits.padStart(digits.length > 2 ? 4 : 2, '0')}`;
}

function tlsUses(groups: readonly Group[]): readonly AlgorithmUse[] {
  const agreement = groups.flatMap(({ algorithms }) => algorithms);
  return [
    ...[AES_128, AES_256, CHACHA, SHA_256, SHA_384].map((algorithm) => ({ algorithm, use: 'TLS' })),
    ...agreement.map((algorithm) => ({ algorithm, use: 'TLS, key agreement' })),
  ].map(({ algorithm, use }) => ({ algorithm, place: 'openssl', use }));
}
