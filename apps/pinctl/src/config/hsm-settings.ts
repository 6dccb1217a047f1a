import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import {
  hostEnvironment,
  parseProfileChanges,
  tokenPinFault,
  variableNames,
  VENDOR_PROFILE_NAMES,
  type ProfileChanges,
  type VendorProfileName,
} from '#libs/hsm';
import type { TokenRole } from '#libs/key-ceremony';
import { SecretText } from '#libs/secret-text';
import { Refused } from '../terminal/refused.js';
import { terminal } from '../terminal/terminal.js';
import { settingFaults, tried } from './in-one-go.js';
import { developmentFile, developmentSecret, givenSecret, type Environment } from './settings.js';

const schema = z
  .object({
    PKCS11_MODULE: z.string().min(1),
    PKCS11_PROFILE: z.enum(VENDOR_PROFILE_NAMES).optional(),
    PKCS11_PROFILE_FILE: z.string().min(1).optional(),
    PKCS11_TOKEN_LABEL: z.string().min(1).max(32),
  })
  // Keys made by another vendor's rules stay on the token.
  .refine(
    ({ PKCS11_MODULE: module, PKCS11_PROFILE: profile }) => profile !== undefined || isSoftHsm(module),
    {
      path: ['PKCS11_PROFILE'],
      error: `must say whose module this is: ${VENDOR_PROFILE_NAMES.join(', ')}`,
    },
  );

/** The service's HSM settings, shared by its command line (docs/configuration.md). */
export interface HsmCommandSettings {
  readonly module: string;
  readonly profile: VendorProfileName;
  readonly profileChanges?: ProfileChanges | undefined;
  readonly tokenLabel: string;
  /** The secret of this role, if it is given; otherwise the person is asked. */
  readonly pins: Readonly<Record<SecretRole, SecretText | null>>;
}

/** Roles with a secret: `service` is the user of the services' login, a different one only if the profile says so. */
export type SecretRole = TokenRole | 'service';

/** The name of each role's secret, in the environment and where `npm start` keeps it. */
export const PIN_SETTINGS = {
  user: { setting: 'PKCS11_TOKEN_PIN', development: 'token-pin' },
  officer: { setting: 'PKCS11_SO_PIN', development: 'token-so-pin' },
  service: { setting: 'PKCS11_SERVICE_PIN', development: 'token-pin' },
} as const;

/**
 * Without settings of its own it uses the token of `npm start`.
 *
 * @throws Refused that names every fault, never a value
 */
export function loadHsmSettings(environment: NodeJS.ProcessEnv = terminal().environment): HsmCommandSettings {
  const own = environment['PKCS11_MODULE'] === undefined ? developmentFile(environment) : null;
  const development = own?.pkcs11 ?? null;
  const parsed = schema.safeParse({
    ...environment,
    ...(development === null
      ? {}
      : { PKCS11_MODULE: development.module, PKCS11_TOKEN_LABEL: development.tokenLabel }),
  });
  const faults = [...settingFaults(parsed)];
  // SoftHSM2 reads it itself when it is initialised.
  const conf = development?.softhsm2Conf ?? null;
  if (conf !== null) environment['SOFTHSM2_CONF'] ??= conf;
  const pin = (role: SecretRole) =>
    tried(faults, () => pinOf(environment, role, development !== null)) ?? null;
  const profileChanges = tried(faults, () => profileChangesIn(environment['PKCS11_PROFILE_FILE']));
  const pins = { user: pin('user'), officer: pin('officer'), service: pin('service') };
  if (!parsed.success || faults.length > 0) {
    const remedy = environment['PKCS11_MODULE'] === undefined ? '; or run npm start beside this' : '';
    throw new Refused(`the configuration is wrong: ${faults.join('; ')}${remedy}`);
  }
  const { PKCS11_MODULE: module, PKCS11_PROFILE: profile = 'softhsm2' } = parsed.data;
  return { module, profile, profileChanges, tokenLabel: parsed.data.PKCS11_TOKEN_LABEL, pins };
}

/** Whether there is a module: given, or that of `npm start`. */
export function isHsmConfigured(environment: NodeJS.ProcessEnv = terminal().environment): boolean {
  const development = developmentFile(environment)?.pkcs11 ?? null;
  return environment['PKCS11_MODULE'] !== undefined || development !== null;
}

function isSoftHsm(module: string): boolean {
  return basename(module).includes('softhsm');
}

function profileChangesIn(file: string | undefined): ProfileChanges | undefined {
  if (file === undefined) return undefined;
  try {
    return parseProfileChanges(readFileSync(file, 'utf8'));
  } catch (fault) {
    const { code, message } = fault as NodeJS.ErrnoException;
    const words = code === undefined ? message : `${file} cannot be read (${code})`;
    throw new Refused(`PKCS11_PROFILE_FILE: ${words}`, { cause: fault });
  }
}

/** Path of softhsm2.conf, if it is not the system's. */
export function softHsmConfiguration(
  environment: NodeJS.ProcessEnv = terminal().environment,
): string | undefined {
  return environment['SOFTHSM2_CONF'];
}

/** What the HSM host inherits. */
export function inheritedByHost(environment: NodeJS.ProcessEnv = terminal().environment): NodeJS.ProcessEnv {
  return hostEnvironment(environment, variableNames(environment['HSM_ENVIRONMENT'] ?? ''));
}

function pinOf(environment: Environment, role: SecretRole, isDevelopment: boolean): SecretText | null {
  const { setting, development } = PIN_SETTINGS[role];
  const own = isDevelopment ? developmentSecret(environment, development) : null;
  const value = givenSecret(environment, setting) ?? own;
  if (value === null) return null;
  const fault = tokenPinFault(value);
  if (fault !== null) throw new Refused(`${setting} ${fault}`);
  return new SecretText(value);
}
