import { z } from 'zod';
import { isAddressRange } from '#libs/api-clients';
import { databaseUrlFault } from '#libs/database';
import { DATE_ORDERS, mayBeInherited, tokenPinFault, variableNames, VENDOR_PROFILE_NAMES } from '#libs/hsm';
import { LOG_LEVELS } from '../logging/log-record.js';
import { SecretText } from '#libs/secret-text';
import { TLS_VERSIONS } from '#libs/tls-policy';
import { ENVIRONMENTS } from './environments.js';
import { refuseOpenTransport } from './transport-rules.js';

const secret = z
  .string()
  .min(1)
  .transform((value) => new SecretText(value));

/** A secret whose form is checked, with messages that quote nothing of it. */
const soundSecret = (faultOf: (text: string) => string | null) =>
  z
    .string()
    .superRefine((text, context) => {
      const message = faultOf(text);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .pipe(secret);

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Ranges in CIDR notation, separated by commas. */
const addressRanges = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
  .refine((ranges) => ranges.every(isAddressRange), 'must be address ranges such as 10.0.0.0/8, fd00::/8');

/** TCP ports, separated by commas. */
const ports = z
  .string()
  .regex(/^\s*\d{1,5}\s*(,\s*\d{1,5}\s*)*$/, 'must be ports such as 443,8443')
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine(
    (all) => all.every((port) => Number(port) >= 1 && Number(port) <= 65_535),
    'must be ports from 1 to 65535',
  );

/** Base URLs, separated by commas; without the slash at their end. */
const baseUrls = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
  .refine(
    (urls) => urls.every(isBaseUrl),
    'must be URLs such as https://pins.example, without query and fragment',
  )
  .transform((urls) => urls.map((url) => url.replace(/\/+$/, '')));

function isBaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isWeb && `${url.search}${url.hash}${url.username}${url.password}` === '';
}

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** Settings that may also be given as `NAME_FILE`, the path of a file that holds the value. */
export const SECRET_SETTINGS = [
  'DATABASE_URL',
  'PKCS11_TOKEN_PIN',
  'REDIS_URL',
  'AUDIT_STREAM_TOKEN',
  'CONSOLE_OIDC_CLIENT_SECRET',
] as const;

/** A rule about several settings is also checked if others are missing, so that all faults are reported at once. */
const ALWAYS = { when: () => true };

/**
 * Every setting of the service (docs/configuration.md). Times are milliseconds unless the name says otherwise.
 */
export const settingsSchema = z
  .object({
    PINWARD_ENV: z.enum(ENVIRONMENTS).default('production'),
    IGNORED_VARIABLES: z.string().transform(variableNames).default([]),
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: wholeNumber(0, 65_535).default(8443),
    ADMIN_HOST: z.string().min(1).optional(),
    ADMIN_PORT: wholeNumber(0, 65_535).optional(),
    INTERNAL_HOST: z.string().min(1).default('127.0.0.1'),
    INTERNAL_PORT: wholeNumber(0, 65_535).optional(),
    PUBLIC_URLS: baseUrls.default([]),
    REQUEST_TIMEOUT_MS: wholeNumber(1_000, 300_000).default(30_000),
    KEEP_ALIVE_MS: wholeNumber(5_000, 3_600_000).default(65_000),
    MAX_CONNECTIONS: wholeNumber(1, 1_000_000).default(10_000),
    MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 1_000_000).default(500),
    API_DOCS: flag.optional(),
    LOG_FORMAT: z.enum(['json', 'text']).optional(),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
    SHUTDOWN_LINGER_MS: wholeNumber(0, 120_000).optional(),
    SHUTDOWN_DEADLINE_MS: wholeNumber(0, 300_000).default(20_000),

    TLS_MODE: z.enum(['on', 'off']).default('on'),
    TLS_CERT_FILE: z.string().min(1).optional(),
    TLS_KEY_FILE: z.string().min(1).optional(),
    TLS_MIN_VERSION: z.enum(TLS_VERSIONS).default('TLSv1.3'),
    TLS_CLIENT_CA_FILE: z.string().min(1).optional(),
    TLS_CLIENT_CERTIFICATES: z.enum(['required', 'optional']).optional(),

    DATABASE_URL: soundSecret(databaseUrlFault),
    DATABASE_POOL_SIZE: wholeNumber(1, 100).default(12),

    PKCS11_MODULE: z.string().min(1),
    PKCS11_PROFILE: z.enum(VENDOR_PROFILE_NAMES).default('softhsm2'),
    PKCS11_PROFILE_FILE: z.string().min(1).optional(),
    PKCS11_TOKEN_LABEL: z.string().min(1).max(32),
    PKCS11_TOKEN_PIN: soundSecret(tokenPinFault),
    HSM_WORKERS: wholeNumber(1, 64).optional(),
    HSM_QUEUE_CAPACITY: wholeNumber(1, 10_000).default(256),
    HSM_LAG_MS: wholeNumber(10, 120_000).optional(),
    HSM_KEY_REFRESH_MS: wholeNumber(100, 60_000).default(5_000),
    HSM_ENVIRONMENT: z
      .string()
      .transform(variableNames)
      .refine(
        (names) => names.every(mayBeInherited),
        'must be names of variables, and none that holds a secret',
      )
      .default([]),
    HSM_ALLOW_NO_HARDWARE_FLAG: flag.default(false),
    HSM_ALLOW_LOW_PIN_COUNT: flag.default(false),
    HSM_ALLOW_WEAK_ENFORCEMENT: flag.default(false),

    TRUSTED_PROXIES: addressRanges
      .refine((ranges) => !ranges.some((range) => range.endsWith('/0')), 'must not trust every address')
      .default([]),
    RATE_LIMIT_CLIENT_PER_MINUTE: wholeNumber(1, 100_000_000).default(60_000),
    RATE_LIMIT_ADDRESS_PER_MINUTE: wholeNumber(1, 100_000_000).default(120_000),
    RATE_LIMIT_CARD_PER_MINUTE: wholeNumber(1, 100_000_000).default(120),
    RATE_LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: wholeNumber(1, 100_000_000).default(300),
    REDIS_URL: z
      .string()
      .refine((url) => /^rediss?:\/\/./.test(url) && URL.canParse(url), 'must be a redis:// or rediss:// URL')
      .pipe(secret)
      .optional(),
    REDIS_TIMEOUT_MS: wholeNumber(10, 10_000).default(50),

    TOKEN_BUILT_IN_ISSUER: flag.default(true),
    TOKEN_ISSUER: z.string().min(1),
    TOKEN_AUDIENCE: z.string().min(1).default('pinward'),
    TOKEN_LIFETIME_SECONDS: wholeNumber(60, 3_600).default(900),
    TOKEN_CACHE_SECONDS: wholeNumber(1, 300).default(30),
    OIDC_ISSUER: z.string().min(1).optional(),
    OIDC_AUDIENCE: z.string().min(1).default('pinward'),
    OIDC_KEYS_FILE: z.string().min(1).optional(),
    OIDC_KEYS_URL: z.url({ protocol: /^https$/ }).optional(),
    OIDC_TOKEN_TYPE: z.string().min(1).default('at+jwt'),
    OIDC_TENANT_CLAIM: z.string().min(1).default('tenant_id'),
    OIDC_MAX_LIFETIME_SECONDS: wholeNumber(60, 604_800).default(3_600),
    OIDC_ALLOWED_ADDRESSES: addressRanges.default([]),

    CONSOLE_URL: baseUrls
      .refine((urls) => urls.length === 1 && urls[0]?.startsWith('https://'), 'must be one https URL')
      .transform(([url = '']) => url)
      .optional(),
    CONSOLE_OIDC_CLIENT_ID: z.string().min(1).optional(),
    CONSOLE_OIDC_CLIENT_SECRET: secret.optional(),
    CONSOLE_OIDC_CA_FILE: z.string().min(1).optional(),
    CONSOLE_OIDC_SCOPES: z
      .string()
      .regex(/(^| )openid( |$)/, 'must hold openid')
      .default('openid profile'),
    CONSOLE_OIDC_RESOURCE: z.url().optional(),
    CONSOLE_IDLE_MINUTES: wholeNumber(1, 15).default(15),
    CONSOLE_SESSION_HOURS: wholeNumber(1, 12).default(8),
    CONSOLE_FRESH_LOGIN_SECONDS: wholeNumber(10, 3_600).default(300),
    CONSOLE_FRESH_LOGIN_ACR: z.string().min(1).optional(),

    AUDIT_ORIGIN: z
      .string()
      .regex(/^[^\s+]{1,200}$/, 'must be a name without blanks and +')
      .default('pinward/audit'),
    AUDIT_CHECKPOINT_FILE: z.string().min(1).optional(),
    AUDIT_WITNESS_URL: z.url({ protocol: /^https$/ }).optional(),
    AUDIT_WITNESS_CA_FILE: z.string().min(1).optional(),
    AUDIT_STREAM_FILE: z.string().min(1).optional(),
    AUDIT_STREAM_SYSLOG_URL: z
      .string()
      .regex(/^tls:\/\/[^/?#@\s]+:\d{1,5}$/, 'must be such as tls://collector.example:6514')
      .optional(),
    AUDIT_STREAM_URL: z.url({ protocol: /^https$/ }).optional(),
    AUDIT_STREAM_TOKEN: secret.optional(),
    AUDIT_STREAM_CA_FILE: z.string().min(1).optional(),
    AUDIT_SEAL_INTERVAL_MS: wholeNumber(100, 600_000).default(2_000),

    CARD_IMPORTS_AT_ONCE: wholeNumber(1, 64).default(4),
    CARD_IMPORT_HSM_WORKERS: wholeNumber(1, 64).optional(),
    CARD_IMPORT_RETENTION_DAYS: wholeNumber(1, 365).default(30),

    CLIENT_SECRET_OVERLAP_HOURS: wholeNumber(0, 720).optional(),
    CLIENT_SECRET_MAX_AGE_DAYS: wholeNumber(15, 3_650).optional(),
    CLIENT_SECRET_REFUSE_OLD: flag.optional(),
    CLIENT_KEYS_ALLOWED_RANGES: addressRanges.default([]),
    CLIENT_KEYS_PORTS: ports.optional(),
    CLIENT_KEYS_CA_FILE: z.string().min(1).optional(),

    WEBHOOK_SIGNATURE_HEADER: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')
      .default('X-M2P-Signature'),
    WEBHOOK_RETRY_HOURS: wholeNumber(1, 720).default(72),
    WEBHOOK_PAUSE_AFTER_HOURS: wholeNumber(1, 720).default(24),
    WEBHOOK_TIMEOUT_MS: wholeNumber(100, 30_000).default(10_000),
    WEBHOOK_SECRET_OVERLAP_HOURS: wholeNumber(0, 720).default(24),
    WEBHOOK_RETENTION_DAYS: wholeNumber(1, 365).default(30),
    WEBHOOK_ALLOWED_RANGES: addressRanges.default([]),
    WEBHOOK_PORTS: ports.optional(),
    WEBHOOK_ENDPOINTS_PER_TENANT: wholeNumber(1, 1_000).default(20),
    WEBHOOK_SOURCE_ADDRESSES: addressRanges.default([]),
    WEBHOOK_CA_FILE: z.string().min(1).optional(),

    APPROVALS: wholeNumber(1, 2).optional(),
    UNLOCK_APPROVALS: wholeNumber(1, 2).optional(),
    OTP_ISSUED_PER_CARD_AND_HOUR: wholeNumber(1, 1_000).default(5),
    OTP_ISSUED_PER_CLIENT_AND_MINUTE: wholeNumber(1, 1_000_000).default(600),
    OTP_WRONG_CODES_PER_CLIENT_AND_MINUTE: wholeNumber(1, 1_000_000).default(30),
    UNREADABLE_ENVELOPES_PER_CARD_AND_MINUTE: wholeNumber(1, 1_000_000).default(5),
    UNREADABLE_ENVELOPES_PER_CLIENT_AND_MINUTE: wholeNumber(1, 1_000_000).default(60),
    WEAK_PINS_PER_CARD_AND_MINUTE: wholeNumber(1, 1_000_000).default(10),
    WEAK_PINS_PER_CLIENT_AND_MINUTE: wholeNumber(1, 1_000_000).default(600),
    SANDBOX: flag.default(false),
    DEVELOPMENT_OUTBOX_FILE: z.string().min(1).optional(),
    PIN_MAX_TRIES: wholeNumber(1, 15).optional(),
    PIN_MAX_FAILURES_WITHOUT_SUCCESS: wholeNumber(1, 1_000).optional(),
    PIN_HISTORY_LENGTH: wholeNumber(1, 24).optional(),
    PIN_SET_OTP: flag.optional(),
    PIN_WEAK_LIST_FILE: z.string().min(1).optional(),
    PIN_WEAK_DATES: z.enum(DATE_ORDERS).optional(),
    PIN_EVALUATION_WINDOW_MS: wholeNumber(3_000, 120_000).optional(),
    ALARM_PAUSE: flag.optional(),
    ALARM_FLOOR: wholeNumber(5, 1_000_000).optional(),
  })
  .superRefine(refuseOpenTransport, ALWAYS)
  .refine(
    ({ OIDC_ISSUER, OIDC_KEYS_FILE, OIDC_KEYS_URL }) =>
      [OIDC_KEYS_FILE, OIDC_KEYS_URL].filter((keys) => keys !== undefined).length ===
      (OIDC_ISSUER === undefined ? 0 : 1),
    {
      path: ['OIDC_ISSUER'],
      message: 'goes with exactly one of OIDC_KEYS_FILE and OIDC_KEYS_URL',
      ...ALWAYS,
    },
  )
  .refine(({ TOKEN_BUILT_IN_ISSUER, OIDC_ISSUER }) => TOKEN_BUILT_IN_ISSUER || OIDC_ISSUER !== undefined, {
    ...ALWAYS,
    path: ['TOKEN_BUILT_IN_ISSUER'],
    message: 'is off and OIDC_ISSUER is not set: nobody could call',
  })
  .refine(({ TOKEN_ISSUER, OIDC_ISSUER }) => OIDC_ISSUER === undefined || TOKEN_ISSUER !== OIDC_ISSUER, {
    ...ALWAYS,
    path: ['OIDC_ISSUER'],
    message: 'must differ from TOKEN_ISSUER: one issuer has one set of keys',
  })
  .refine(
    ({ CONSOLE_URL, CONSOLE_OIDC_CLIENT_ID, CONSOLE_OIDC_CLIENT_SECRET, OIDC_ISSUER }) => {
      const own = [CONSOLE_URL, CONSOLE_OIDC_CLIENT_ID, CONSOLE_OIDC_CLIENT_SECRET];
      const given = own.filter((setting) => setting !== undefined).length;
      return given === 0 || (given === own.length && OIDC_ISSUER !== undefined);
    },
    {
      ...ALWAYS,
      path: ['CONSOLE_URL'],
      message: 'goes with CONSOLE_OIDC_CLIENT_ID, CONSOLE_OIDC_CLIENT_SECRET and OIDC_ISSUER',
    },
  )
  .refine(
    ({ APPROVALS, UNLOCK_APPROVALS }) =>
      APPROVALS === undefined || UNLOCK_APPROVALS === undefined || APPROVALS === UNLOCK_APPROVALS,
    {
      ...ALWAYS,
      path: ['APPROVALS'],
      message: 'differs from UNLOCK_APPROVALS, its earlier name: remove that one',
    },
  )
  .refine(
    ({ PIN_MAX_FAILURES_WITHOUT_SUCCESS: failures, PIN_MAX_TRIES: tries }) =>
      failures === undefined || tries === undefined || failures >= tries,
    {
      ...ALWAYS,
      path: ['PIN_MAX_FAILURES_WITHOUT_SUCCESS'],
      message: 'must not be below PIN_MAX_TRIES: the first lock would already be final',
    },
  );

export type Settings = z.infer<typeof settingsSchema>;
