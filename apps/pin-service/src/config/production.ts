import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { coreDumpFault } from './core-dumps.js';
import { hasProductionRules } from './environments.js';
import type { Settings } from './schema.js';

/** The development set-up writes these into the subject of its certificate and into its tokens. */
export const DEVELOPMENT_CERTIFICATE = 'Pinward development certificate';
export const DEVELOPMENT_ISSUER = 'https://pinward.invalid/development';

/**
 * The parts for development that are not allowed in production, each by name; in a rehearsal, those but SoftHSM2. Some are visible only when the part is
 * opened (embedded PostgreSQL, a software token behind another name), and are checked there.
 *
 * @param settings the settings without a fault of their own
 */
export function developmentParts(settings: Partial<Settings>): readonly string[] {
  if (!hasProductionRules(settings)) return [];
  const refusals: string[] = [];
  const module = basename(settings.PKCS11_MODULE ?? '').toLowerCase();
  const isSoftHsm = module.includes('softhsm') || (settings.PKCS11_PROFILE === 'softhsm2' && module !== '');
  if (isSoftHsm && settings.PINWARD_ENV === 'production') {
    refusals.push(
      'SoftHSM2 is a software token: production needs a hardware security module (PKCS11_MODULE)',
    );
  }
  if (module.includes('pkcs11-spy')) refusals.push('pkcs11-spy writes every buffer to a log (PKCS11_MODULE)');
  if (settings.TLS_CERT_FILE !== undefined && isDevelopmentCertificate(settings.TLS_CERT_FILE)) {
    refusals.push('the development certificate must not be used in production (TLS_CERT_FILE)');
  }
  for (const name of ['TOKEN_ISSUER', 'OIDC_ISSUER'] as const) {
    if (settings[name] !== DEVELOPMENT_ISSUER && !isDevelopmentProvider(settings[name])) continue;
    refusals.push(`development tokens must not be trusted in production (${name})`);
  }
  if (settings.DEVELOPMENT_OUTBOX_FILE !== undefined) {
    refusals.push(
      'one-time passwords must not be readable in a file in production (DEVELOPMENT_OUTBOX_FILE)',
    );
  }
  if (settings.SANDBOX === true) {
    refusals.push('cards with a PIN that everybody knows must not be made in production (SANDBOX)');
  }
  if (settings.AUDIT_CHECKPOINT_FILE === undefined && settings.AUDIT_WITNESS_URL === undefined) {
    refusals.push(
      'checkpoints of the audit trail must be kept outside the database (AUDIT_CHECKPOINT_FILE or AUDIT_WITNESS_URL)',
    );
  }
  if (settings.HSM_ALLOW_WEAK_ENFORCEMENT === true) {
    refusals.push('HSM_ALLOW_WEAK_ENFORCEMENT is for tests: the promise would not hold');
  }
  if (!process.allowedNodeEnvironmentFlags.has('--disable-sigusr1')) {
    refusals.push('this Node.js opens its debugger on SIGUSR1: production needs 22.14, 23.7 or newer');
  }
  const coreDumps = coreDumpFault();
  if (coreDumps !== null) refusals.push(coreDumps);
  return refusals;
}

/** As the provider of npm start is, where one is whoever one says: on this machine, below /development. */
function isDevelopmentProvider(issuer: string | undefined): boolean {
  if (issuer === undefined || !URL.canParse(issuer)) return false;
  const { hostname, pathname } = new URL(issuer);
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname) || /\/development\/?$/.test(pathname);
}

/** A file that cannot be read is reported where files are checked. */
function isDevelopmentCertificate(file: string): boolean {
  try {
    return new X509Certificate(readFileSync(file)).subject.includes(DEVELOPMENT_CERTIFICATE);
  } catch {
    return false;
  }
}
