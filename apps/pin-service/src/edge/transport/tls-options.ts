import type { TlsOptions } from 'node:tls';
import { checkPair, readTlsFile, UnfitCertificate } from './certificate-pair.js';
import type { Settings } from '../../config/schema.js';

/** Forward secret and authenticated, for callers that cannot yet do TLS 1.3 (RFC 9325, section 4.2). */
const TLS_1_2_CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];
const TLS_1_3_CIPHERS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

export type TlsSettings = Pick<
  Settings,
  'TLS_CERT_FILE' | 'TLS_KEY_FILE' | 'TLS_CLIENT_CA_FILE' | 'TLS_CLIENT_CERTIFICATES' | 'TLS_MIN_VERSION'
>;

function readCertificates(settings: TlsSettings): Pick<TlsOptions, 'cert' | 'key' | 'ca'> {
  const { TLS_CERT_FILE = '', TLS_KEY_FILE = '', TLS_CLIENT_CA_FILE } = settings;
  const cert = readTlsFile('TLS_CERT_FILE', TLS_CERT_FILE);
  const key = readTlsFile('TLS_KEY_FILE', TLS_KEY_FILE);
  checkPair(cert, key);
  return {
    cert,
    key,
    ...(TLS_CLIENT_CA_FILE === undefined
      ? {}
      : { ca: readTlsFile('TLS_CLIENT_CA_FILE', TLS_CLIENT_CA_FILE) }),
  };
}

/**
 * TLS as RFC 9325 recommends it, with client certificates where an authority for them is configured.
 *
 * @throws UnfitCertificate when a file cannot be read, and when certificate and key do not belong together
 */
export function tlsOptions(settings: TlsSettings): TlsOptions {
  const { TLS_MIN_VERSION, TLS_CLIENT_CA_FILE, TLS_CLIENT_CERTIFICATES } = settings;
  const mutual = TLS_CLIENT_CA_FILE !== undefined;
  return {
    ...readCertificates(settings),
    minVersion: TLS_MIN_VERSION,
    ciphers: [...TLS_1_3_CIPHERS, ...(TLS_MIN_VERSION === 'TLSv1.2' ? TLS_1_2_CIPHERS : [])].join(':'),
    honorCipherOrder: true,
    requestCert: mutual,
    rejectUnauthorized: mutual && TLS_CLIENT_CERTIFICATES !== 'optional',
  };
}

/** All that is wrong with the files, for a start that names all faults in one go; what is not set is told elsewhere. */
export function tlsFaults(settings: Partial<TlsSettings>): readonly string[] {
  const files = ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE'] as const;
  const unread = files.flatMap((name) => {
    const file = settings[name];
    return file === undefined ? [] : faultOf(() => readTlsFile(name, file));
  });
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key } = settings;
  if (unread.length > 0 || cert === undefined || key === undefined) return unread;
  return faultOf(() => checkPair(readTlsFile('TLS_CERT_FILE', cert), readTlsFile('TLS_KEY_FILE', key)));
}

function faultOf(look: () => unknown): readonly string[] {
  try {
    look();
    return [];
  } catch (fault) {
    if (fault instanceof UnfitCertificate) return [fault.message];
    throw fault;
  }
}
