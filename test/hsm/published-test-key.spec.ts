import { createCipheriv, randomBytes, type JsonWebKey } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HsmMisconfigured, type RegisteredKey } from '#libs/hsm';
import {
  CKK_AES,
  CKM_AES_KEY_WRAP,
  CKO_PRIVATE_KEY,
  CKO_SECRET_KEY,
  CKU_USER,
  Cryptoki,
  oaep,
  onlySlot,
  R0_BYTES,
  startToken,
  template,
  unwrapAttributes,
  VENDOR_PROFILES,
  type CryptokiSession,
  type Handle,
} from '#libs/hsm/pkcs11';
import keySets from '../../docs/vectors/pin-key-set.json' with { type: 'json' };
import vectors from '../../docs/vectors/pin-envelope.json' with { type: 'json' };
import { PUBLISHED_TEST_KEYS } from '../../libs/hsm/src/pkcs11/published-test-keys.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { makeTestToken, type TestToken } from '../rigs/token.js';

const CKK_RSA = 0x0;
/** CKA_PRIVATE_EXPONENT to CKA_COEFFICIENT (PKCS#11 3.1, section 6.1.3), with their names in a JWK. */
const PRIVATE_PARTS = { d: 0x123, p: 0x124, q: 0x125, dp: 0x126, dq: 0x127, qi: 0x128 } as const;
const KEK_BYTES = 32;

let token: TestToken;
let cryptoki: Cryptoki;
let session: CryptokiSession;
/** The test key, where pin-transport-1 was. */
let transport: Handle;

beforeAll(async () => {
  token = await makeTestToken();
  process.env['SOFTHSM2_CONF'] = token.configuration;
  cryptoki = new Cryptoki(token.module);
  cryptoki.initialize();
  session = cryptoki.openSession(onlySlot(cryptoki, token.tokenLabel), 'read-write');
  session.login(CKU_USER, token.tokenPin.reveal());
  for (const handle of session.find({ CKA_CLASS: CKO_PRIVATE_KEY, CKA_LABEL: 'pin-transport-1' }))
    session.destroyObject(handle);
  const { privateJwk } = vectors.testKey as { privateJwk: JsonWebKey };
  const part = (name: 'n' | 'e' | keyof typeof PRIVATE_PARTS) =>
    Buffer.from(String(privateJwk[name]), 'base64url');
  const usage = { CKA_UNWRAP: true, CKA_DECRYPT: false, CKA_SIGN: false };
  transport = session.createObject([
    ...template({
      CKA_CLASS: CKO_PRIVATE_KEY,
      CKA_KEY_TYPE: CKK_RSA,
      CKA_LABEL: 'pin-transport-1',
      CKA_TOKEN: true,
    }),
    ...template({ CKA_PRIVATE: true, CKA_SENSITIVE: true, CKA_EXTRACTABLE: false, ...usage }),
    ...template({ CKA_MODULUS: part('n'), CKA_PUBLIC_EXPONENT: part('e') }),
    ...Object.entries(PRIVATE_PARTS).map(([name, type]) => ({ type, value: part(name as 'd') })),
  ]);
});
afterAll(async () => await token.remove());

describe('the envelopes of docs/vectors', () => {
  afterAll(() => cryptoki.finalize());

  // SoftHSM2 has OAEP with SHA-1 alone; check-envelope opens the others.
  it.each(vectors.vectors.filter(({ envelope }) => envelope.alg === 'RSA-OAEP'))(
    'open inside SoftHSM2, to the PIN field of PIN $pin',
    ({ envelope, pinField }) => {
      const kek = randomBytes(KEK_BYTES);
      const ciphertext = Buffer.from(envelope.ciphertext, 'base64url');
      const attributes = { ...unwrapAttributes(VENDOR_PROFILES.softhsm2), CKA_WRAP_WITH_TRUSTED: false };
      const pinObject = session.unwrapKey(oaep('RSA-OAEP'), transport, ciphertext, template(attributes));
      const wrapping = session.createObject(
        template({
          CKA_CLASS: CKO_SECRET_KEY,
          CKA_KEY_TYPE: CKK_AES,
          CKA_TOKEN: false,
          CKA_WRAP: true,
          CKA_VALUE: kek,
        }),
      );
      const r0 = session.wrapKey({ mechanism: CKM_AES_KEY_WRAP }, wrapping, pinObject, Buffer.alloc(64));
      // RFC 3394, with its initial value.
      const cipher = createCipheriv('id-aes256-wrap', kek, Buffer.alloc(8, 0xa6));
      expect(r0).toHaveLength(R0_BYTES);
      expect(r0).toEqual(Buffer.concat([cipher.update(pinField, 'hex'), cipher.final()]));
    },
  );
});

describe('the keys of docs/vectors', () => {
  it('are all known as such', async () => {
    const files = globSync('docs/vectors/*.json', { cwd: PROJECT_ROOT });
    const contents = files.map(
      (file) => JSON.parse(readFileSync(join(PROJECT_ROOT, file), 'utf8')) as object,
    );
    const keys = contents.flatMap((content) =>
      Object.values(content).flatMap((value: { privateJwk?: JWK } | null) => value?.privateJwk ?? []),
    );
    const thumbprints = await Promise.all(keys.map((jwk) => calculateJwkThumbprint(jwk)));
    expect(thumbprints.toSorted()).toEqual([...PUBLISHED_TEST_KEYS].toSorted());
  });

  const [first] = vectors.keys;
  const start = async (name: string, jwk: JWK, on = token) => {
    const fingerprint = Buffer.from(await calculateJwkThumbprint(jwk), 'base64url');
    const registeredKeys = on.registeredKeys.map((key): RegisteredKey => {
      return key.kind === name ? { ...key, fingerprint } : key;
    });
    const { tokenLabel, tokenPin } = on;
    // Attributes are not enforced, so that nothing else refuses it.
    const settings = {
      tokenLabel,
      profile: 'softhsm2',
      allowWeakEnforcement: true,
      allowLowPinCount: true,
    } as const;
    return () => {
      process.env['SOFTHSM2_CONF'] = on.configuration;
      const own = new Cryptoki(on.module);
      try {
        startToken(own, { ...settings, registeredKeys }, (use) => use(tokenPin.reveal()));
      } finally {
        own.finalize();
      }
    };
  };

  it('are refused as a transport key, registered or not and whatever is enforced', async () => {
    const starting = await start('pin-transport', { kty: 'RSA', n: first?.n ?? '', e: first?.e ?? '' });
    expect(starting).toThrow(HsmMisconfigured);
    expect(starting).toThrow(/pin-transport-1: is a published test key/);
  });

  it('are refused as a manifest key, before one is looked for', async () => {
    const { x, y } = keySets.manifestKey.privateJwk;
    const other = await makeTestToken();
    try {
      const starting = await start('manifest-signing', { kty: 'EC', crv: 'P-256', x, y }, other);
      expect(starting).toThrow(/manifest-signing-1: is a published test key/);
    } finally {
      await other.remove();
    }
  });
});
