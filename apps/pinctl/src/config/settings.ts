import { resolve } from 'node:path';
import { z } from 'zod';
import type { ClientPolicy } from '#libs/api-clients';
import { databaseUrlFault, OWNER_ROLE, SERVICE_ROLE } from '#libs/database';
import { PROJECT_ROOT } from '#libs/program-files';
import { Refused } from '../terminal/refused.js';
import { terminal } from '../terminal/terminal.js';
import { settingFaults, tried } from './in-one-go.js';
import { readSecretText, secretFileFault, SecretText } from '#libs/secret-text';

export type Environment = Readonly<Record<string, string | undefined>>;

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** The service's settings, shared by its command line (docs/configuration.md). */
const settingsSchema = z.object({
  PINWARD_ENV: z.enum(['development', 'test', 'rehearsal', 'production']),
  CLIENT_SECRET_OVERLAP_HOURS: wholeNumber(0, 720).default(24),
  CLIENT_SECRET_MAX_AGE_DAYS: wholeNumber(15, 3_650).default(90),
  CLIENT_SECRET_REFUSE_OLD: flag.default(false),
  AUDIT_ORIGIN: z.string().min(1).default('pinward/audit'),
  AUDIT_CHECKPOINT_FILE: z.string().min(1).optional(),
  AUDIT_WITNESS_URL: z.url({ protocol: /^https$/ }).optional(),
  AUDIT_WITNESS_CA_FILE: z.string().min(1).optional(),
});

export interface Settings {
  /** For the service's role. @throws Refused when it is needed and missing */
  readonly databaseUrl: SecretText;
  /** For the schema's owner, who may do more than the service's role. */
  readonly ownerUrl: SecretText | null;
  readonly policy: ClientPolicy;
  readonly audit: AuditSettings;
}

export interface AuditSettings {
  readonly origin: string;
  readonly checkpointFile: string | null;
  readonly witness: { readonly url: string; readonly caFile: string | undefined } | null;
}

/**
 * Only this function reads the environment. Without a database of its own it takes the one of `npm start`. Settings
 * that a command does not need may be missing; given ones are checked.
 *
 * @throws Refused that names every fault, never a value
 */
export function loadSettings(environment: Environment = terminal().environment): Settings {
  const faults: string[] = [];
  const given = tried(faults, () => givenSecret(environment, 'DATABASE_URL'));
  const givenOwner = tried(faults, () => givenSecret(environment, 'MIGRATION_DATABASE_URL'));
  // An operator who names a database means no other: both roles belong to the same one.
  const isOwn = given !== undefined || givenOwner !== undefined || faults.length > 0;
  const development = isOwn ? undefined : developmentFile(environment)?.databaseUrl;
  const parsed = settingsSchema.safeParse({
    ...environment,
    PINWARD_ENV: environment['PINWARD_ENV'] ?? (isOwn ? 'production' : 'development'),
  });
  faults.push(...settingFaults(parsed));
  faults.push(...urlFaults({ DATABASE_URL: given, MIGRATION_DATABASE_URL: givenOwner }));
  if (!parsed.success || faults.length > 0)
    throw new Refused(`the configuration is wrong: ${faults.join('; ')}`);
  const databaseUrl = given ?? development;
  const ownerUrl = givenOwner ?? developmentOwner(environment, development);
  return {
    get databaseUrl() {
      if (databaseUrl !== undefined) return new SecretText(databaseUrl);
      throw new Refused('no database: set DATABASE_URL or DATABASE_URL_FILE, or run npm start beside this');
    },
    ownerUrl: ownerUrl === undefined ? null : new SecretText(ownerUrl),
    audit: auditSettings(parsed.data, environment),
    policy: {
      secretOverlapHours: parsed.data.CLIENT_SECRET_OVERLAP_HOURS,
      secretMaxAgeDays: parsed.data.CLIENT_SECRET_MAX_AGE_DAYS,
      refuseOldSecrets: parsed.data.CLIENT_SECRET_REFUSE_OLD,
      allowAnyAddress: ['development', 'test'].includes(parsed.data.PINWARD_ENV),
    },
  };
}

function urlFaults(urls: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(urls).flatMap(([name, url]) => {
    const fault = url === undefined ? null : databaseUrlFault(url);
    return fault === null ? [] : [`${name}: ${fault}`];
  });
}

function auditSettings(
  { PINWARD_ENV, AUDIT_ORIGIN, ...given }: z.infer<typeof settingsSchema>,
  environment: Environment,
): AuditSettings {
  const { AUDIT_CHECKPOINT_FILE: file, AUDIT_WITNESS_URL: url, AUDIT_WITNESS_CA_FILE: caFile } = given;
  const own = PINWARD_ENV === 'development' ? resolve(varDirectory(environment), 'audit-checkpoint') : null;
  return {
    origin: AUDIT_ORIGIN,
    checkpointFile: file ?? own,
    witness: url === undefined ? null : { url, caFile },
  };
}

/**
 * A secret setting: NAME, or the content of the file in NAME_FILE. @throws Refused for both, and for a file that cannot
 * be read or that other users can read
 */
export function givenSecret(environment: Environment, name: string): string | undefined {
  const [value, file] = [environment[name], environment[`${name}_FILE`]];
  if (value !== undefined && file !== undefined)
    throw new Refused(`${name} and ${name}_FILE are both set: choose one`);
  if (file === undefined) return value;
  try {
    return readSecretText(file);
  } catch (cause) {
    throw new Refused(`${name}_FILE ${secretFileFault(cause)}`, { cause });
  }
}

export const CLIENT_SECRET = 'PINCTL_CLIENT_SECRET';

/** For the client of --as, if it is given; otherwise the person is asked. */
export function clientSecret(environment: Environment = terminal().environment): string | undefined {
  return givenSecret(environment, CLIENT_SECRET);
}

/** Where `npm start` keeps its files. */
export function varDirectory(environment: Environment): string {
  return resolve(PROJECT_ROOT, environment['PINWARD_VAR_DIR'] ?? 'var');
}

const developmentSchema = z.looseObject({
  databaseUrl: z.string(),
  pkcs11: z
    .object({ module: z.string(), tokenLabel: z.string(), softhsm2Conf: z.string().nullable() })
    .optional(),
});

/** The file that `npm start` leaves while it runs; null when it does not run. */
export function developmentFile(environment: Environment): z.infer<typeof developmentSchema> | null {
  const text = textOrNull(resolve(varDirectory(environment), 'dev.json'));
  return text === null ? null : developmentSchema.parse(JSON.parse(text));
}

/** A secret that `npm start` made; null without it. */
export function developmentSecret(environment: Environment, name: string): string | null {
  return textOrNull(resolve(varDirectory(environment), 'secrets', name))?.trim() ?? null;
}

/** Null when it does not exist; a file that cannot be read is a fault. @throws Refused */
function textOrNull(file: string): string | null {
  try {
    return readSecretText(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Refused(`${file} ${secretFileFault(cause)}`, { cause });
  }
}

/** Only for the database of `npm start`. */
function developmentOwner(environment: Environment, database: string | undefined): string | undefined {
  const password = developmentSecret(environment, 'db-owner-password');
  if (database === undefined || password === null) return undefined;
  const url = new URL(database);
  if (url.username !== SERVICE_ROLE) return undefined;
  url.username = OWNER_ROLE;
  url.password = password;
  return url.href;
}
