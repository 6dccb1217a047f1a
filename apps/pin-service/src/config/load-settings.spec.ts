import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inheritedByHost, loadSettings } from './load-settings.js';

const complete = {
  TLS_CERT_FILE: '/etc/pinward/tls/certificate.pem',
  TLS_KEY_FILE: '/etc/pinward/tls/key.pem',
  DATABASE_URL: 'postgres://service:database-secret@db/pinward',
  PKCS11_MODULE: '/usr/lib/module.so',
  PKCS11_TOKEN_LABEL: 'pinward',
  PKCS11_TOKEN_PIN: 'token-secret',
  TOKEN_ISSUER: 'https://issuer.example',
  ADMIN_PORT: '8444',
  INTERNAL_PORT: '9090',
};

function faultsOf(environment: Record<string, string | undefined>): string {
  try {
    loadSettings(environment);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was not refused');
}

describe('settings', () => {
  it('takes a complete environment and is production unless told otherwise', () => {
    expect(loadSettings(complete)).toMatchObject({ PINWARD_ENV: 'production', PORT: 8443 });
  });

  it('names every fault at once', () => {
    const message = faultsOf({ ...complete, TLS_KEY_FILE: undefined, PORT: 'many', PIN_MAX_TRIES: '16' });
    expect(message).toContain('TLS_KEY_FILE');
    expect(message).toContain('PORT');
    expect(message).toContain('PIN_MAX_TRIES');
  });

  it('refuses plain HTTP but for a proxy on the same host, and a zone without a listener in production', () => {
    const open = faultsOf({ ...complete, TLS_MODE: 'off', HOST: '0.0.0.0', ADMIN_HOST: '10.0.0.7' });
    expect(open).toMatch(/HOST must be a loopback address[^]*ADMIN_HOST must be a loopback address/);
    expect(loadSettings({ ...complete, TLS_MODE: 'off', TLS_CERT_FILE: undefined }).TLS_MODE).toBe('off');
    const shared = faultsOf({ ...complete, ADMIN_PORT: undefined, INTERNAL_PORT: undefined });
    expect(shared).toMatch(/ADMIN_PORT[^]*INTERNAL_PORT/);
  });

  it.each([
    ['ADMIN_PORT', { ADMIN_PORT: '8443' }],
    ['INTERNAL_PORT', { INTERNAL_PORT: '8444' }],
    ['TLS_CLIENT_CERTIFICATES', { TLS_CLIENT_CERTIFICATES: 'required' }],
    ['TLS_CLIENT_CA_FILE', { TLS_MODE: 'off', TLS_CLIENT_CA_FILE: '/ca.pem' }],
    ['TLS_MODE', { TLS_MODE: 'off', HOST: '127.0.0.1.example' }],
    ['TLS_MODE', { TLS_MODE: 'off', HOST: '::' }],
  ])('refuses a transport that is not what it seems, and names %s', (name, wrong) => {
    expect(faultsOf({ ...complete, ...wrong })).toMatch(new RegExp(`1 fault[^]*- ${name}: `));
  });

  it('lets several listeners take free ports', () => {
    const free = { PORT: '0', ADMIN_PORT: '0', INTERNAL_PORT: '0' };
    expect(loadSettings({ ...complete, ...free })).toMatchObject({ PORT: 0, ADMIN_PORT: 0 });
  });

  it.each([
    ['an issuer without keys', { OIDC_ISSUER: 'https://op.example' }],
    ['keys without an issuer', { OIDC_KEYS_FILE: '/jwks' }],
    ['keys twice', { OIDC_ISSUER: 'i', OIDC_KEYS_FILE: '/jwks', OIDC_KEYS_URL: 'https://op.example/jwks' }],
    ['keys over plain HTTP', { OIDC_ISSUER: 'i', OIDC_KEYS_URL: 'http://op.example/jwks' }],
    ['one issuer for both', { OIDC_ISSUER: complete.TOKEN_ISSUER, OIDC_KEYS_FILE: '/jwks' }],
    ['nobody to issue tokens', { TOKEN_BUILT_IN_ISSUER: 'false' }],
  ])('refuses %s', (_, wrong) => {
    expect(faultsOf({ ...complete, ...wrong })).toMatch(/OIDC_|TOKEN_BUILT_IN_ISSUER/);
  });

  it('refuses a failure limit below the tries', () => {
    const message = faultsOf({ ...complete, PIN_MAX_TRIES: '5', PIN_MAX_FAILURES_WITHOUT_SUCCESS: '4' });
    expect(message).toContain('PIN_MAX_FAILURES_WITHOUT_SUCCESS');
  });

  it('refuses two words on how many persons it takes', () => {
    expect(faultsOf({ ...complete, APPROVALS: '2', UNLOCK_APPROVALS: '1' })).toContain('APPROVALS');
    expect(loadSettings({ ...complete, APPROVALS: '2', UNLOCK_APPROVALS: '2' }).APPROVALS).toBe(2);
  });

  it('takes ranges of proxies, and no range of everybody', () => {
    const trusting = (TRUSTED_PROXIES: string) => ({ ...complete, TRUSTED_PROXIES });
    expect(loadSettings(complete).TRUSTED_PROXIES).toEqual([]);
    expect(loadSettings(trusting(' 10.0.0.0/24, 2001:db8::1 ')).TRUSTED_PROXIES).toEqual([
      '10.0.0.0/24',
      '2001:db8::1',
    ]);
    for (const wrong of ['10.0.0.0/33', '10.0.0.1/24', 'proxy', 'true', '0.0.0.0/0', '10.0.0.1,::/0']) {
      expect(faultsOf(trusting(wrong)), wrong).toContain('TRUSTED_PROXIES');
    }
  });

  it('refuses a rate limit of nothing', () => {
    for (const of of ['CLIENT', 'ADDRESS', 'CARD', 'FAILED_AUTHENTICATIONS']) {
      const name = `RATE_LIMIT_${of}_PER_MINUTE`;
      expect(faultsOf({ ...complete, [name]: '0' })).toContain(name);
    }
  });

  it('takes the URL of a Redis, with or without TLS, and repeats none that is wrong', () => {
    for (const url of ['redis://cache:6379/1', 'rediss://:redis-secret@cache']) {
      expect(loadSettings({ ...complete, REDIS_URL: url }).REDIS_URL?.reveal()).toBe(url);
    }
    for (const wrong of [
      'http://:redis-secret@cache',
      'redis-secret',
      'redis://',
      '/redis-secret.sock',
      '',
    ]) {
      const message = faultsOf({ ...complete, REDIS_URL: wrong });
      expect(message).toContain('REDIS_URL');
      expect(message).not.toContain('redis-secret');
    }
  });

  it('reads a secret from its file, without the last line end', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pinward-settings-')), 'token-pin');
    writeFileSync(file, 'from-a-file\n', { mode: 0o600 });
    const settings = loadSettings({ ...complete, PKCS11_TOKEN_PIN: undefined, PKCS11_TOKEN_PIN_FILE: file });
    expect(settings.PKCS11_TOKEN_PIN.reveal()).toBe('from-a-file');
  });

  it('refuses a secret whose file others can read, by its setting, and does not call it missing besides', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pinward-settings-')), 'secret');
    writeFileSync(file, 'postgresql://role:hush-hush@host/db');
    chmodSync(file, 0o644);
    for (const name of ['DATABASE_URL', 'PKCS11_TOKEN_PIN', 'REDIS_URL', 'AUDIT_STREAM_TOKEN']) {
      const message = faultsOf({ ...complete, [name]: undefined, [`${name}_FILE`]: file });
      expect(message).toMatch(
        new RegExp(`has 1 fault.*\n *- ${name}_FILE can be used by every user \\(mode 0644`),
      );
      expect(message).not.toContain('hush-hush');
    }
  });

  it('names the rules about several settings too where others are missing', () => {
    const message = faultsOf({
      ...complete,
      DATABASE_URL: undefined,
      ADMIN_PORT: undefined,
      APPROVALS: '2',
      UNLOCK_APPROVALS: '1',
      OIDC_ISSUER: 'https://op.example',
      PIN_MAX_TRIES: '5',
      PIN_MAX_FAILURES_WITHOUT_SUCCESS: '4',
    });
    for (const name of ['DATABASE_URL', 'ADMIN_PORT', 'APPROVALS', 'OIDC_ISSUER', 'PIN_MAX_FAILURES'])
      expect(message).toMatch(new RegExp(`- ${name}`));
    expect(message).toContain('has 5 fault(s)');
  });

  it('refuses a secret given twice, and a file that is not there', () => {
    const message = faultsOf({
      ...complete,
      PKCS11_TOKEN_PIN_FILE: '/nowhere',
      DATABASE_URL: undefined,
      DATABASE_URL_FILE: '/nowhere',
    });
    expect(message).toContain('PKCS11_TOKEN_PIN and PKCS11_TOKEN_PIN_FILE');
    expect(message).toContain('DATABASE_URL_FILE cannot be read');
  });

  it('looks at a token PIN before it is spent, and says what is wrong with it and not what it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinward-settings-'));
    for (const [text, words] of [
      ['\uFEFF1234\n', 'byte order mark'],
      ['1234\n\n', 'has a line end in it'],
      ['1234 \n', 'begins or ends with a blank'],
      ['\t1234', 'begins or ends with a blank'],
      ['1\u00002\u00003\u00004\u0000', 'has a NUL in it'],
      ['\n', 'is empty'],
    ] as const) {
      const file = join(folder, 'pin');
      writeFileSync(file, text, { mode: 0o600 });
      const given = { ...complete, PKCS11_TOKEN_PIN: undefined, PKCS11_TOKEN_PIN_FILE: file };
      const message = faultsOf(given);
      expect(message, JSON.stringify(text)).toMatch(new RegExp(`PKCS11_TOKEN_PIN.*${words}`));
      expect(message).not.toContain('1234');
    }
  });

  it('takes a database URL that is one, and else names setting and character', () => {
    expect(faultsOf({ ...complete, DATABASE_URL: 'postgresql://role:se#cret@host/db' })).toMatch(
      /DATABASE_URL: has a raw "#" in the password: write %23/,
    );
  });

  it('hands the HSM host what vendor libraries read and what it is told to, and nothing else', () => {
    const given = { ...complete, SOFTHSM2_CONF: '/x', VENDOR_LOG: '/log', HSM_ENVIRONMENT: 'VENDOR_LOG' };
    const inherited = inheritedByHost(loadSettings(given), { ...given, PKCS11_SO_PIN: 'officer' });
    expect(inherited).toEqual({ SOFTHSM2_CONF: '/x', VENDOR_LOG: '/log' });
    expect(faultsOf({ ...given, HSM_ENVIRONMENT: 'PKCS11_SO_PIN' })).toContain('HSM_ENVIRONMENT');
  });

  it('prints no secret, whichever way it is printed', () => {
    const settings = loadSettings({ ...complete, REDIS_URL: 'redis://:redis-secret@cache' });
    const printed = `${inspect(settings, { depth: 9 })} ${JSON.stringify(settings)} ${String(settings.DATABASE_URL)}`;
    expect(printed).not.toMatch(/database-secret|token-secret|redis-secret/);
    expect(faultsOf({ ...complete, PORT: 'x' })).not.toMatch(/database-secret|token-secret/);
  });
});
