import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HsmMisconfigured } from '#libs/hsm';
import { inSession } from '#libs/key-ceremony';
import { SecretText } from '#libs/secret-text';
import {
  CKU_USER,
  Cryptoki,
  type CryptokiSession,
  Token,
  VENDOR_PROFILES,
  assertKnownAnswers,
  onlySlot,
  startToken,
} from '#libs/hsm/pkcs11';
import { CheckBench, type TestTransportKey } from '../../libs/key-ceremony/src/acceptance/check-bench.js';
import { everyRouteChecks } from '../../libs/key-ceremony/src/acceptance/every-route.js';
import { trustedKeyChecks } from '../../libs/key-ceremony/src/acceptance/trusted-key.js';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { compileModule } from '../rigs/shim.js';
import type { TestToken } from '../rigs/token.js';

/** A lie of test/rigs/lying-module.c, and the words of what finds it at the start and in the check. */
const LIES: readonly (readonly [lie: string, atStart: string | null, inCheck: string])[] = [
  ['C_Decrypt:0x9', 'pin-transport-1 (CKA_DECRYPT)', 'the transport key in C_Decrypt'],
  ['C_Decrypt:0x1', 'pin-transport-1 (CKA_DECRYPT)', 'the transport key in C_Decrypt'],
  ['C_Decrypt:0x3', 'pin-transport-1 (CKA_DECRYPT)', 'the transport key in C_Decrypt'],
  ['C_Sign:0x1', 'pin-transport-1 (CKA_SIGN)', 'the transport key in C_Sign'],
  ['C_Sign:0x3', 'pin-transport-1 (CKA_SIGN)', 'the transport key in C_Sign'],
  ['C_SignRecover:0x1', 'pin-transport-1 (CKA_SIGN_RECOVER)', 'the transport key in C_SignRecover'],
  ['C_SignRecover:0x3', 'pin-transport-1 (CKA_SIGN_RECOVER)', 'the transport key in C_SignRecover'],
  ['C_UnwrapKey:0x2109', 'pin-wrapping-1 (CKA_UNWRAP)', 'the wrapping key in C_UnwrapKey of an R0'],
  ['C_UnwrapKey:0x210a', 'pin-wrapping-1 (CKA_UNWRAP)', 'the wrapping key in C_UnwrapKey of an R0'],
  ['C_Decrypt:0x2109', 'pin-wrapping-1 (CKA_DECRYPT)', 'the wrapping key in C_Decrypt of an R0'],
  ['C_Decrypt:0x1081', 'pin-wrapping-1 (CKA_DECRYPT)', 'the wrapping key in C_Decrypt of an R0'],
  ...[0x1081, 0x1082, 0x1085, 0x1086, 0x1087].map((mechanism): [string, string, string] => [
    `C_Encrypt:0x${mechanism.toString(16)}`,
    'a PIN object as the key of C_Encrypt',
    'a PIN object as the key of C_Encrypt',
  ]),
  ['C_Decrypt:0x1086', 'a PIN object as the key of C_Decrypt', 'a PIN object as the key of C_Decrypt'],
  ['C_Sign:0x108a', 'a PIN object as the key of C_Sign', 'a PIN object as the key of C_Sign'],
  ['C_DeriveKey:0x1105', 'a PIN object as the key of C_DeriveKey', 'a PIN object as the key of C_DeriveKey'],
  ['C_DeriveKey:0x1104', null, 'a PIN object as the key of C_DeriveKey'],
  ...[0x1, 0x9].map((mechanism): [string, string, string] => [
    `C_WrapKey:0x${mechanism.toString(16)}`,
    'a PIN object wrapped under an RSA public key',
    'a PIN object wrapped under an RSA public key',
  ]),
  ...[0x210a, 0x1085].map((mechanism): [string, string, string] => [
    `C_WrapKey:0x${mechanism.toString(16)}`,
    'a PIN object wrapped under an AES key of known value',
    'a PIN object wrapped under an AES key of known value',
  ]),
  ...['C_CreateObject', 'C_GenerateKey', 'C_UnwrapKey', 'C_CopyObject', 'C_SetAttributeValue'].map(
    (maker): [string, string, string] => [
      `trusted:${maker}`,
      `a PIN object wrapped under a key that the user makes TRUSTED is done: ${maker}`,
      'a PIN object wrapped under a key that the user makes TRUSTED',
    ],
  ),
  ['one-r0', 'pin-wrapping-1 (CKA_WRAP): another PIN gives the same answer', 'tells PINs apart'],
  ['new-r0', 'pin-wrapping-1 (CKA_WRAP): the same PIN gives another answer each time', 'tells PINs apart'],
  ['undead', 'a PIN object is still there after C_DestroyObject', 'a PIN object after C_DestroyObject'],
];

const folder = mkdtempSync(join(tmpdir(), 'pinward-lies-'));
let testToken: TestToken;
let cryptoki: Cryptoki;

beforeAll(async () => {
  testToken = await orderSoftHsmToken(STANDARD_KEYS);
  process.env['SOFTHSM2_CONF'] = testToken.configuration;
  process.env['PINWARD_LYING_MODULE'] = testToken.module;
  tell('');
  const source = new URL('../rigs/lying-module.c', import.meta.url);
  cryptoki = new Cryptoki(compileModule(source, join(folder, 'lying.so')));
  cryptoki.initialize();
});
beforeEach(() => tell(''));
afterAll(async () => {
  tell('');
  cryptoki.finalize();
  rmSync(folder, { recursive: true });
  await testToken.remove();
});

function tell(lie: string): void {
  process.env['PINWARD_LIE'] = lie;
}

const settings = () => ({
  tokenLabel: testToken.tokenLabel,
  profile: 'softhsm2' as const,
  allowWeakEnforcement: false,
  registeredKeys: testToken.registeredKeys,
});

function start(): readonly string[] {
  const { token, report } = startToken(cryptoki, settings(), (use) => use(testToken.tokenPin.reveal()));
  token.close();
  return report.warnings;
}

describe('the start-up checks', () => {
  it('find nothing in the module behind the lies but what it is known for', () => {
    expect(start()).toEqual([expect.stringContaining('C_DigestKey')]);
  });

  it.each(LIES.filter(([, atStart]) => atStart !== null))('refuse a module that lies: %s', (lie, atStart) => {
    tell(lie);
    expect(start).toThrow(HsmMisconfigured);
    expect(start).toThrow(atStart ?? '');
  });
});

describe('the periodic known-answer test', () => {
  it.each(['one-r0', 'new-r0'])('finds out later what no longer tells PINs apart: %s', (lie) => {
    inSession(as(), () => {
      const token = new Token(cryptoki, settings());
      expect(() => assertKnownAnswers(token)).not.toThrow();
      tell(lie);
      expect(() => assertKnownAnswers(token)).toThrow(HsmMisconfigured);
      token.close();
    });
  });
});

function as() {
  const pin = new SecretText(testToken.tokenPin.reveal());
  const slot = onlySlot(cryptoki, testToken.tokenLabel);
  return { cryptoki, slot, login: { role: 'user', pin } } as const;
}

describe('pinctl hsm check', () => {
  let session: CryptokiSession;
  let bench: CheckBench;
  let key: TestTransportKey;
  beforeAll(() => {
    const slot = onlySlot(cryptoki, testToken.tokenLabel);
    session = cryptoki.openSession(slot, 'read-write');
    session.login(CKU_USER, testToken.tokenPin.reveal());
    bench = new CheckBench(cryptoki, slot, session, VENDOR_PROFILES.softhsm2);
    key = bench.makeTransportKey();
  });
  afterAll(() => session.close());

  const results = () => {
    const findings = [...everyRouteChecks(bench, key), ...trustedKeyChecks(bench, key)];
    return Object.fromEntries(findings.map(({ check, result }) => [check, result]));
  };

  it('passes every route of the module behind the lies but the one that it does not have', () => {
    const { 'the transport key in C_SignRecover': recover, ...others } = results();
    expect(recover).toBe('unknown');
    expect(new Set(Object.values(others))).toEqual(new Set(['pass']));
    expect(Object.keys(others)).toHaveLength(18);
  });

  it.each(LIES)('finds a lie: %s', (lie, _atStart, inCheck) => {
    tell(lie);
    expect(results()).toMatchObject({ [inCheck]: 'fail' });
  });

  it('takes a refusal to every key for no proof', () => {
    tell('deaf');
    const { 'a PIN object after C_DestroyObject': _destroyed, ...others } = results();
    const routes = Object.entries(others).filter(([check]) =>
      / in C_| the key of | wrapped under /.test(check),
    );
    expect(new Set(routes.map(([, result]) => result))).toEqual(new Set(['unknown']));
  });
});
