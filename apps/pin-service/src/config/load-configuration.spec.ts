import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from './load-configuration.js';
import { ConfigurationError } from './load-settings.js';
import { DEVELOPMENT_ISSUER } from './production.js';

let folder: string;
let complete: Readonly<Record<string, string | undefined>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinward-configuration-'));
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'pinward.example' }]);
  complete = {
    PINWARD_ENV: 'test',
    TLS_CERT_FILE: file('cert.pem', cert),
    TLS_KEY_FILE: file('key.pem', key),
    DATABASE_URL: 'postgres://service:database-secret@db/pinward',
    PKCS11_MODULE: 'libvendor.so',
    PKCS11_TOKEN_LABEL: 'pinward',
    PKCS11_TOKEN_PIN: 'token-secret',
    TOKEN_ISSUER: 'https://issuer.example',
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function faultsOf(changed: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    loadConfiguration({ ...complete, ...changed });
  } catch (fault) {
    if (fault instanceof ConfigurationError) return fault.faults;
    throw fault;
  }
  return [];
}
const warningsOf = (changed: Readonly<Record<string, string>>) =>
  loadConfiguration({ ...complete, ...changed }).warnings;

describe('all faults of the configuration', () => {
  it('are told in one go: settings, secrets, rules, names, files and development parts', () => {
    const faults = faultsOf({
      PINWARD_ENV: 'production',
      PORT: 'many',
      DATABASE_URL: undefined,
      ADMIN_PORT: '1',
      PKCS11_TOKEN_PIN: undefined,
      PKCS11_TOKEN_PIN_FILE: file('pin', '1234', 0o644),
      PKCS11_MODULE: '/nowhere/module.so',
      PKCS11_PROFILE: 'luna',
      TOKEN_ISSUER: DEVELOPMENT_ISSUER,
      PKCS11_PROFILE_FILE: file('profile.json', '{"gcmIv":"none"}'),
      TLS_KEY_FILE: file('open.pem', 'key', 0o604),
      TLS_CLIENT_CA_FILE: '/nowhere/ca.pem',
      AUDIT_WITNESS_CA_FILE: file('ca.pem', 'no certificate'),
      WEBHOOK_CA_FILE: '/nowhere/webhooks.pem',
      PIN_WEAK_LIST_FILE: file('weak', '1234\n12\n'),
      PIN_MAX_TRY: '3',
      OIDC_ISSUER: 'https://op.example',
      OIDC_KEYS_FILE: file('jwks.json', '[]'),
    });
    for (const [setting, words] of [
      ['PORT', 'must be a whole number'],
      ['DATABASE_URL', ''],
      ['INTERNAL_PORT', 'is required in production'],
      ['PKCS11_TOKEN_PIN_FILE', 'can be used by every user (mode 0644)'],
      ['PKCS11_MODULE', '/nowhere/module.so is missing'],
      ['PKCS11_PROFILE_FILE', 'gcmIv'],
      ['TLS_KEY_FILE', 'can be used by every user (mode 0604)'],
      ['TLS_CLIENT_CA_FILE', 'is missing'],
      ['AUDIT_WITNESS_CA_FILE', 'holds no certificate in PEM'],
      ['WEBHOOK_CA_FILE', 'is missing'],
      ['PIN_WEAK_LIST_FILE', 'entry 2 is not a PIN'],
      ['PIN_MAX_TRY', 'did you mean PIN_MAX_TRIES?'],
      ['OIDC_KEYS_FILE', 'holds no JWKS'],
    ] as const)
      expect(
        faults.find((fault) => fault.split(/[ :]/)[0] === setting),
        setting,
      ).toContain(words);
    expect(faults.join('\n')).toContain('(TOKEN_ISSUER)');
    expect(faults.join('\n')).toContain('(AUDIT_CHECKPOINT_FILE or AUDIT_WITNESS_URL)');
    expect(faults.join('\n')).not.toMatch(/database-secret|token-secret|1234/);
    // Each once, however it was set.
    expect(new Set(faults.map((fault) => fault.split(/[ :]/)[0])).size).toBe(faults.length);
  });

  it('are none where nothing is wrong', () => {
    expect(faultsOf({})).toEqual([]);
    expect(warningsOf({})).toEqual([]);
  });

  it('name the pair of certificate and key that does not belong together', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'other' }], { keyType: 'ec' });
    expect(faultsOf({ TLS_CERT_FILE: file('other.pem', cert) })).toEqual([
      expect.stringMatching(/the key of TLS_KEY_FILE \(\w+\) is not the one/),
    ]);
  });
});

describe('a variable that is no setting', () => {
  it.each([
    ['PIN_MAX_TRY', 'PIN_MAX_TRIES'],
    ['PIN_MAX_TRIE', 'PIN_MAX_TRIES'],
    ['pin_max_tries', 'PIN_MAX_TRIES'],
    ['PIN-MAX-TRIES', 'PIN_MAX_TRIES'],
    ['APROVALS', 'APPROVALS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['TLS_CERTFILE', 'TLS_CERT_FILE'],
    ['PKCS11_TOKEN_PINFILE', 'PKCS11_TOKEN_PIN_FILE'],
    ['TRUSTED_PROXYS', 'TRUSTED_PROXIES'],
    ['AUDIT_CHECKPIONT_FILE', 'AUDIT_CHECKPOINT_FILE'],
  ])('%s is refused, and %s named', (name, meant) => {
    const [fault, ...more] = faultsOf({ [name]: 'x' });
    expect(fault).toContain(`${name} is no setting: did you mean ${meant}?`);
    expect(more).toEqual([]);
    expect(faultsOf({ [name]: 'x', IGNORED_VARIABLES: `OTHER, ${name}` })).toEqual([]);
  });

  it('is refused as the file of a setting that is not given as one', () => {
    expect(faultsOf({ TOKEN_ISSUER_FILE: '/issuer' })).toEqual([
      'TOKEN_ISSUER_FILE is no setting: TOKEN_ISSUER is not given as a file',
    ]);
  });

  it('is told where it begins as settings do, with those that begin so', () => {
    expect(warningsOf({ RATE_LIMITS: '5' })).toEqual([
      expect.stringMatching(
        /^RATE_LIMITS is no setting of this version.*RATE_LIMIT_CLIENT_PER_MINUTE, RATE_LIMIT_/,
      ),
    ]);
    expect(
      warningsOf({ PINWARD_COLOUR: 'green', HSM_ENVIRONMENT: 'PINWARD_OTHER', PINWARD_OTHER: '' }),
    ).toEqual(['PINWARD_COLOUR is no setting of this version: it changes nothing']);
  });

  it('is nobody’s business where other programs, Kubernetes or a shell have set it', () => {
    const others = {
      HOME: '/',
      PATH: '/bin',
      HOSTNAME: 'a',
      LOGNAME: 'a',
      PWD: '/',
      LANG: 'C',
      POST: '1',
      SSL_CERT_FILE: '/ca',
      PINWARD_PORT: 'tcp://10.0.0.1:8443',
      PINWARD_SERVICE_HOST: '10.0.0.1',
      PINWARD_SERVICE_PORT_HTTPS: '1',
      PINWARD_PORT_8443_TCP_ADDR: '10.0.0.1',
      REDIS_PORT: 'tcp://10.0.0.2:6379',
      REDIS_SERVICE_PORT: '6379',
      DATABASE_HOST: 'db',
      POSTGRES_PASSWORD: 'x',
      TLS_VERSION: '1',
      TOKEN_USER: 'a',
      PGUSER: 'a',
      CLIENT_ID: 'a',
      MIGRATION_DATABASE_URL_FILE: '/owner',
      PKCS11_SO_PIN: 'officer',
      PINCTL_CLIENT_SECRET: 'x',
    };
    expect(faultsOf(others)).toEqual([]);
    expect(warningsOf(others)).toEqual([]);
  });
});
