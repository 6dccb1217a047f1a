import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { writePrivateFile } from './private-file.js';

/** The organisation in the subject: production refuses a certificate with it. */
const DEVELOPMENT_CERTIFICATE = 'Pinward development certificate';

const DAY_MS = 24 * 3_600_000;
const VALID_DAYS = 365;

/** A certificate this close to its end is replaced. */
const REPLACED_BEFORE_END_MS = 7 * DAY_MS;

export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A self-signed certificate for this machine, P-256, valid for a year; kept until it expires. */
export async function developmentCertificate(directory: string, now: Date): Promise<CertificateFiles> {
  const files = { certificateFile: join(directory, 'certificate.pem'), keyFile: join(directory, 'key.pem') };
  if (isUsable(files, now)) return files;
  const made = await generate([{ name: 'organizationName', value: DEVELOPMENT_CERTIFICATE }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - DAY_MS), // clocks of containers and virtual machines differ
    notAfterDate: new Date(now.getTime() + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writePrivateFile(files.keyFile, made.private);
  writePrivateFile(files.certificateFile, made.cert);
  return files;
}

function isUsable({ certificateFile, keyFile }: CertificateFiles, now: Date): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile));
    readFileSync(keyFile);
    return new Date(certificate.validTo).getTime() - now.getTime() > REPLACED_BEFORE_END_MS;
  } catch {
    return false;
  }
}
