import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { TLS_VERSIONS, type TlsVersion } from '#libs/tls-policy';
import { Refused } from '../terminal/refused.js';
import { terminal } from '../terminal/terminal.js';
import { settingFaults } from './in-one-go.js';
import { developmentFile, varDirectory, type Environment } from './settings.js';

/** The service's TLS settings, as an inventory needs them (docs/configuration.md). The private key is not read. */
const schema = z.object({
  TLS_MODE: z.enum(['on', 'off']).default('on'),
  TLS_MIN_VERSION: z.enum(TLS_VERSIONS).default('TLSv1.3'),
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_CLIENT_CA_FILE: z.string().min(1).optional(),
});

export interface TlsSettings {
  readonly mode: 'on' | 'off';
  readonly least: TlsVersion;
  /** PEM; null where it is not known here. */
  readonly certificateFile: string | null;
  /** PEM of the authorities for clients' certificates. */
  readonly clientAuthorityFile: string | null;
}

/** Without settings of its own it takes the certificate of `npm start`. @throws Refused that names every fault */
export function loadTlsSettings(environment: Environment = terminal().environment): TlsSettings {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) throw new Refused(`the configuration is wrong: ${settingFaults(parsed).join('; ')}`);
  const { TLS_MODE, TLS_MIN_VERSION, TLS_CERT_FILE, TLS_CLIENT_CA_FILE } = parsed.data;
  return {
    mode: TLS_MODE,
    least: TLS_MIN_VERSION,
    certificateFile: TLS_CERT_FILE ?? developmentCertificate(environment),
    clientAuthorityFile: TLS_CLIENT_CA_FILE ?? null,
  };
}

function developmentCertificate(environment: Environment): string | null {
  const file = resolve(varDirectory(environment), 'tls/certificate.pem');
  const isOwn = environment['DATABASE_URL'] ?? environment['DATABASE_URL_FILE'];
  return isOwn === undefined && developmentFile(environment) !== null && existsSync(file) ? file : null;
}
