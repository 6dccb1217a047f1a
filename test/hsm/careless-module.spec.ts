import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HsmMisconfigured } from '#libs/hsm';
import {
  ATTRIBUTE_TYPES,
  type AttributeName,
  CKM_AES_KEY_WRAP,
  CKM_LUNA_AES_KW,
  CKM_RSA_PKCS,
  CKM_RSA_PKCS_OAEP,
  CKU_USER,
  Cryptoki,
  type CryptokiSession,
  type Handle,
  type HeldRsaKey,
  KnownKeyAttack,
  Token,
  type VendorProfile,
  assertUnreadable,
  digestKeyWarnings,
  knownKeyWrapFindings,
  templateFindings,
} from '#libs/hsm/pkcs11';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import type { TestToken } from '../rigs/token.js';

/**
 * Modules that take an attribute and ignore it: SoftHSM2 with a session in front that swaps one attribute of what is
 * unwrapped. The transport key has no unwrap template, so the token itself does not object.
 */
const CKR_ATTRIBUTE_VALUE_INVALID = 0x13;
const CKR_MECHANISM_INVALID = 0x70;
const METHODS = [
  ...(['createObject', 'destroyObject', 'wrapKey', 'attribute', 'digestKey', 'generateKeyPair'] as const),
];

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

/** @param others what else the module does in its own way */
function ignoring(name: AttributeName | null, others: Partial<CryptokiSession> = {}): CryptokiSession {
  const careless = Object.create(session) as CryptokiSession;
  careless.unwrapKey = (mechanism, key, wrapped, attributes) => {
    const swapped = attributes.map((attribute) =>
      name !== null && attribute.type === ATTRIBUTE_TYPES[name]
        ? { ...attribute, value: !attribute.value }
        : attribute,
    );
    return session.unwrapKey(mechanism, key, wrapped, swapped);
  };
  // The session's own members are private to it: everything else goes to it as it is.
  for (const method of METHODS) {
    Object.defineProperty(careless, method, { value: others[method] ?? session[method].bind(session) });
  }
  return careless;
}

function refuse(code: number): never {
  throw Object.assign(new Error('CKR'), { code });
}

/** As a module in FIPS mode. */
const NO_PLAINTEXT: Partial<CryptokiSession> = { createObject: () => refuse(CKR_ATTRIBUTE_VALUE_INVALID) };
const LUNA_IV = Buffer.alloc(8, 0xa6);
const LUNA = { mechanism: CKM_LUNA_AES_KW, parameter: LUNA_IV };
/** As a Luna: its own number alone, with the IV. */
const ONLY_LUNAS_WRAP: Partial<CryptokiSession> = {
  wrapKey: ({ mechanism, parameter }, ...others) =>
    mechanism === LUNA.mechanism && Buffer.isBuffer(parameter) && parameter.equals(LUNA_IV)
      ? session.wrapKey({ mechanism: CKM_AES_KEY_WRAP }, ...others)
      : refuse(CKR_MECHANISM_INVALID),
};

function attacked(by: CryptokiSession, aesKeyWrap: VendorProfile['aesKeyWrap'] = token.profile.aesKeyWrap) {
  using attack = new KnownKeyAttack(by, { ...token.profile, aesKeyWrap });
  return knownKeyWrapFindings({ token, session: by, transport }, attack);
}

describe('the start-up checks see through a module', () => {
  it('that lets a PIN object be read', () => {
    expect(() => assertUnreadable({ token, session, transport })).not.toThrow();
    const bench = { token, session: ignoring('CKA_SENSITIVE'), transport };
    expect(() => assertUnreadable(bench)).toThrow(HsmMisconfigured);
    expect(() => assertUnreadable(bench)).toThrow(/pin-transport-1.*CKA_VALUE can be read/);
  });

  const OUT = {
    findings: ['pin-transport-1 (CKA_WRAP_WITH_TRUSTED): a PIN object is wrapped by a key of known value'],
    warnings: [],
  };
  const CLOSED = { findings: [], warnings: [] };

  it('that lets a key of known value take a PIN object out', () => {
    expect(attacked(session)).toEqual(CLOSED);
    expect(attacked(ignoring('CKA_WRAP_WITH_TRUSTED'))).toEqual(OUT);
  });

  it('that does so where the known value has to be unwrapped, since nothing is created of plaintext', () => {
    expect(attacked(ignoring(null, NO_PLAINTEXT))).toEqual(CLOSED);
    for (const paddings of [[CKM_RSA_PKCS], [CKM_RSA_PKCS_OAEP]]) {
      const careless = ignoring('CKA_WRAP_WITH_TRUSTED', NO_PLAINTEXT);
      const { unwrapKey } = careless;
      careless.unwrapKey = (mechanism, key, ...others) =>
        key.equals(transport.handle) || paddings.includes(mechanism.mechanism)
          ? unwrapKey(mechanism, key, ...others)
          : refuse(CKR_MECHANISM_INVALID);
      expect(attacked(careless)).toEqual(OUT);
    }
    expect(session.find({ CKA_TOKEN: false })).toEqual([]);
  });

  it('that does so with the key wrap of its vendor alone, and the parameter it wants', () => {
    expect(attacked(ignoring(null, ONLY_LUNAS_WRAP), LUNA)).toEqual(CLOSED);
    expect(attacked(ignoring('CKA_WRAP_WITH_TRUSTED', ONLY_LUNAS_WRAP), LUNA)).toEqual(OUT);
  });

  it('that does so although it wraps no ordinary key', () => {
    let ordinary: Handle | null = null;
    const choosy = ignoring('CKA_WRAP_WITH_TRUSTED', {
      createObject: (attributes) => {
        const made = session.createObject(attributes);
        if (attributes.some(({ type }) => type === ATTRIBUTE_TYPES.CKA_EXTRACTABLE)) ordinary = made;
        return made;
      },
      wrapKey: (mechanism, wrappingKey, key, output) =>
        ordinary?.equals(key) === true
          ? refuse(CKR_MECHANISM_INVALID)
          : session.wrapKey(mechanism, wrappingKey, key, output),
    });
    expect(attacked(choosy)).toEqual(OUT);
    expect(ordinary).not.toBeNull();
  });

  it('and say so where a refusal proves nothing: no ordinary key is wrapped either, or no known value let in', () => {
    const careless = { ...NO_PLAINTEXT, generateKeyPair: () => refuse(CKR_MECHANISM_INVALID) };
    for (const [others, reason] of [
      [ONLY_LUNAS_WRAP, 'a key of known value wraps no ordinary key either (CKR 0x70)'],
      [careless, 'the module takes no key of known value, created or unwrapped (CKR 0x70)'],
    ] as const) {
      expect(attacked(ignoring('CKA_WRAP_WITH_TRUSTED', others))).toEqual({
        findings: [],
        warnings: [`pin-transport-1 (CKA_WRAP_WITH_TRUSTED): could not be tried here, ${reason}`],
      });
    }
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
