import { z } from 'zod';
import { SecretText } from './secret-text.js';

const secret = z
  .string()
  .min(1)
  .transform((value) => new SecretText(value));

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** Settings that may also be given as `NAME_FILE`, the path of a file that holds the value. */
export const SECRET_SETTINGS = ['DATABASE_URL', 'PKCS11_TOKEN_PIN'] as const;

/**
 * Every setting of the service (docs/configuration.md). Times are milliseconds unless the name says otherwise.
 */
export const settingsSchema = z
  .object({
    PINWARD_ENV: z.enum(['development', 'test', 'production']).default('production'),
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: wholeNumber(0, 65_535).default(8443),
    TLS_CERT_FILE: z.string().min(1),
    TLS_KEY_FILE: z.string().min(1),

    DATABASE_URL: secret,
    DATABASE_POOL_SIZE: wholeNumber(1, 100).default(12),

    PKCS11_MODULE: z.string().min(1),
    PKCS11_PROFILE: z.enum(['softhsm2', 'nss', 'luna', 'utimaco', 'cloudhsm', 'nshield']).default('softhsm2'),
    PKCS11_TOKEN_LABEL: z.string().min(1).max(32),
    PKCS11_TOKEN_PIN: secret,
    HSM_WORKERS: wholeNumber(1, 64).optional(),
    HSM_QUEUE_CAPACITY: wholeNumber(1, 10_000).default(256),
    HSM_ALLOW_WEAK_ENFORCEMENT: flag.default(false),

    TOKEN_KEYS_FILE: z.string().min(1),
    TOKEN_ISSUER: z.string().min(1),
    TOKEN_AUDIENCE: z.string().min(1).default('pinward'),

    CLIENT_SECRET_OVERLAP_HOURS: wholeNumber(0, 720).default(24),
    CLIENT_SECRET_MAX_AGE_DAYS: wholeNumber(15, 3_650).default(90),
    CLIENT_SECRET_REFUSE_OLD: flag.default(false),

    PIN_MAX_TRIES: wholeNumber(1, 15).default(3),
    PIN_MAX_FAILURES_WITHOUT_SUCCESS: wholeNumber(1, 1_000).default(9),
    PIN_HISTORY_LENGTH: wholeNumber(1, 24).default(4),
    PIN_WEAK_LIST_FILE: z.string().min(1).optional(),
    PIN_EVALUATION_WINDOW_MS: wholeNumber(3_000, 120_000).optional(),
  })
  .refine((settings) => settings.PIN_MAX_FAILURES_WITHOUT_SUCCESS >= settings.PIN_MAX_TRIES, {
    path: ['PIN_MAX_FAILURES_WITHOUT_SUCCESS'],
    message: 'must not be below PIN_MAX_TRIES: the first lock would already be final',
  });

export type Settings = z.infer<typeof settingsSchema>;
