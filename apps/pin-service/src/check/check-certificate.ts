import { X509Certificate } from 'node:crypto';
import type { Settings } from '../config/schema.js';
import { readTlsFile } from '../edge/transport/certificate-pair.js';
import { isValidAt, validityWarning } from '../edge/transport/certificate-validity.js';
import type { Finding } from './finding.js';

/** Pair and key were looked at with the configuration; this is about its time. */
export function checkCertificate({ TLS_MODE, TLS_CERT_FILE = '' }: Settings, now: Date): readonly Finding[] {
  const check = 'certificate';
  if (TLS_MODE === 'off')
    return [{ check, result: 'ok', detail: 'TLS_MODE is off: a proxy on this host has it' }];
  const certificate = new X509Certificate(readTlsFile('TLS_CERT_FILE', TLS_CERT_FILE));
  const warning = validityWarning(certificate, now);
  const detail = `valid until ${certificate.validTo}`;
  if (warning === null) return [{ check, result: 'ok', detail }];
  // A service starts with it all the same, and no client talks to it.
  const result = isValidAt(certificate, now) ? 'warning' : 'fault';
  return [{ check, result, detail: `the certificate of TLS_CERT_FILE ${warning}: renew it` }];
}
