import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HsmMisconfigured } from '#libs/hsm';
import { ATTRIBUTE_TYPES, CKU_USER, type AttributeName } from '../../libs/hsm/src/pkcs11/constants.js';
import { Cryptoki, type CryptokiSession } from '../../libs/hsm/src/pkcs11/cryptoki.js';
import {
  assertUnreadable,
  digestKeyWarnings,
  knownKeyWrapFindings,
  templateFindings,
} from '../../libs/hsm/src/pkcs11/enforcement-checks.js';
import type { HeldRsaKey } from '../../libs/hsm/src/pkcs11/key-pick-up.js';
import { Token } from '../../libs/hsm/src/pkcs11/token.js';
import { orderSoftHsmToken, STANDARD_KEYS } from '../support/ordered-token.js';
import type { TestToken } from '../support/token.js';

/**
 * Modules that take an attribute and ignore it: SoftHSM2 with a session in front that swaps one attribute of what is
 * unwrapped. The transport key has no unwrap template, so the token itself does not object.
 */
let testToken: TestToken;
let cryptoki: Cryptoki;
let session: CryptokiSession;
let token: Token;
let transport: HeldRsaKey;

beforeAll(async () => {
  const keys = STANDARD_KEYS.map((key) =>
    key.kind === 'pin-transport' ? { ...key, omitted: ['CKA_UNWRAP_TEMPLATE'] as const } : key,
  );
  testToken = await orderSoftHsmToken(keys);
  process.env['SOFTHSM2_CONF'] = testToken.configuration;
  cryptoki = new Cryptoki(testToken.module);
  cryptoki.initialize();
  const { tokenLabel, registeredKeys } = testToken;
  token = new Token(cryptoki, {
    tokenLabel,
    profile: 'softhsm2',
    allowWeakEnforcement: false,
    registeredKeys,
  });
  session = token.openReadWriteSession();
  session.login(CKU_USER, testToken.tokenPin.reveal());
  const [held] = token.keys.transport.values();
  if (held === undefined) throw new Error('no transport key');
  transport = held;
});
afterAll(async () => {
  token.close();
  session.close();
  cryptoki.finalize();
  await testToken.remove();
});

function ignoring(name: AttributeName): CryptokiSession {
  const careless = Object.create(session) as CryptokiSession;
  careless.unwrapKey = (mechanism, key, wrapped, attributes) => {
    const swapped = attributes.map((attribute) =>
      attribute.type === ATTRIBUTE_TYPES[name] ? { ...attribute, value: !attribute.value } : attribute,
    );
    return session.unwrapKey(mechanism, key, wrapped, swapped);
  };
  // The session's own members are private to it: everything else goes to it as it is.
  for (const method of ['createObject', 'destroyObject', 'wrapKey', 'attribute', 'digestKey'] as const) {
    Object.defineProperty(careless, method, { value: session[method].bind(session) });
  }
  return careless;
}

describe('the start-up checks see through a module', () => {
  it('that lets a PIN object be read', () => {
    expect(() => assertUnreadable({ token, session, transport })).not.toThrow();
    const bench = { token, session: ignoring('CKA_SENSITIVE'), transport };
    expect(() => assertUnreadable(bench)).toThrow(HsmMisconfigured);
    expect(() => assertUnreadable(bench)).toThrow(/pin-transport-1.*CKA_VALUE can be read/);
  });

  it('that lets a key of known value take a PIN object out', () => {
    expect(knownKeyWrapFindings({ token, session, transport })).toEqual([]);
    const bench = { token, session: ignoring('CKA_WRAP_WITH_TRUSTED'), transport };
    expect(knownKeyWrapFindings(bench)).toEqual([
      'pin-transport-1 (CKA_WRAP_WITH_TRUSTED): a PIN object is wrapped by a key of known value',
    ]);
  });

  it('that unwraps with any attributes, naming each, and leaves nothing behind', () => {
    const objects = session.find({ CKA_TOKEN: true }).length;
    const findings = templateFindings({ token, session, transport });
    const inverted = [
      'TOKEN',
      'PRIVATE',
      'SENSITIVE',
      'EXTRACTABLE',
      'WRAP_WITH_TRUSTED',
      'ENCRYPT',
      'DECRYPT',
    ];
    const usages = ['SIGN', 'VERIFY', 'WRAP', 'UNWRAP', 'DERIVE', 'COPYABLE', 'MODIFIABLE', 'KEY_TYPE'];
    expect(findings.map((finding) => /made with CKA_(\w+) inverted/.exec(finding)?.[1]).toSorted()).toEqual(
      [...inverted, ...usages].toSorted(),
    );
    expect(session.find({ CKA_TOKEN: true })).toHaveLength(objects);
    expect(session.find({ CKA_TOKEN: false })).toEqual([]);
  });

  it('that digests PIN objects', () => {
    expect(digestKeyWarnings({ token, session, transport })).toEqual([
      expect.stringContaining('C_DigestKey'),
    ]);
  });
});
