import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { parseProfileChanges, softHsmFault } from '#libs/hsm';
import { tlsFaults } from '../edge/transport/tls-options.js';
import { readWeakList } from '../policy/weak-list.js';
import type { Settings } from './schema.js';

const AUTHORITIES = [
  'AUDIT_WITNESS_CA_FILE',
  'AUDIT_STREAM_CA_FILE',
  'WEBHOOK_CA_FILE',
  'CLIENT_KEYS_CA_FILE',
  'CONSOLE_OIDC_CA_FILE',
] as const;

/**
 * The faults in the files that settings name, each with its setting; files that are written later are not checked.
 *
 * @param settings the settings without a fault of their own
 * @param softHsmConfiguration the value of SOFTHSM2_CONF
 */
export function namedFileFaults(
  settings: Partial<Settings>,
  softHsmConfiguration?: string,
): readonly string[] {
  const { PKCS11_MODULE: module, PKCS11_PROFILE_FILE: profile } = settings;
  return [
    ...(settings.TLS_MODE === 'on' ? tlsFaults(settings) : []),
    ...AUTHORITIES.flatMap((name) =>
      faultIn(name, settings[name], (file) => new X509Certificate(bytesOf(file))),
    ),
    ...faultIn('PKCS11_MODULE', module, (file) => refuseNoModule(file, softHsmConfiguration)),
    ...faultIn('PKCS11_PROFILE_FILE', profile, (file) => parseProfileChanges(bytesOf(file).toString('utf8'))),
    ...faultIn('PIN_WEAK_LIST_FILE', settings.PIN_WEAK_LIST_FILE, readWeakList),
    ...faultIn('OIDC_KEYS_FILE', settings.OIDC_KEYS_FILE, refuseNoKeySet),
  ];
}

function faultIn(
  setting: string,
  file: string | undefined,
  look: (file: string) => unknown,
): readonly string[] {
  if (file === undefined) return [];
  try {
    look(file);
    return [];
  } catch (fault) {
    return [`${setting}: ${wordsOf(fault, file)}`];
  }
}

function wordsOf(fault: unknown, file: string): string {
  const { code, message } = fault as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `${file} is missing`;
  // OpenSSL's message would say less, and a parser's would quote the file.
  if (code?.startsWith('ERR_OSSL') === true) return `${file} holds no certificate in PEM`;
  return code === undefined ? message : `${file} cannot be read (${code})`;
}

function bytesOf(file: string): Buffer {
  return readFileSync(file);
}

/** The loader searches for a name without a path. */
function refuseNoModule(module: string, softHsmConfiguration: string | undefined): void {
  if (module.includes('/') && !statSync(module).isFile()) throw new Error(`${module} is no file`);
  const fault = softHsmFault(module, softHsmConfiguration);
  if (fault !== null) throw new Error(fault);
}

function refuseNoKeySet(file: string): void {
  if (!isKeySet(bytesOf(file).toString('utf8'))) throw new Error(`${file} holds no JWKS: {"keys":[…]}`);
}

function isKeySet(text: string): boolean {
  try {
    const set: unknown = JSON.parse(text);
    return typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys);
  } catch {
    return false;
  }
}
