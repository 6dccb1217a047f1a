import type { TlsOptions } from 'node:tls';
import { cipherSuites } from '#libs/tls-policy';
import { checkPair, readTlsFile, UnfitCertificate } from './certificate-pair.js';
import type { Settings } from '../../config/schema.js';

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
 * TLS as RFC 9325 recommends it, with client certificates if an authority for them is configured.
 *
 * @throws UnfitCertificate when a file cannot be read, and when certificate and key do not belong together
 */
export function tlsOptions(settings: TlsSettings): TlsOptions {
  const { TLS_MIN_VERSION, TLS_CLIENT_CA_FILE, TLS_CLIENT_CERTIFICATES } = settings;
  const mutual = TLS_CLIENT_CA_FILE !== undefined;
  return {
    ...readCertificates(settings),
    minVersion: TLS_MIN_VERSION,
    ciphers: cipherSuites(TLS_MIN_VERSION).join(':'),
    honorCipherOrder: true,
    requestCert: mutual,
    rejectUnauthorized: mutual && TLS_CLIENT_CERTIFICATES !== 'optional',
  };
}

/** All faults in the files, for a start that names all faults at once; a missing setting is reported elsewhere. */
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
