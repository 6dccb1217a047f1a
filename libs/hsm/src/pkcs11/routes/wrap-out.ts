import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { PIN_FIELD_BYTES } from '#libs/client/pin-block';
import { CKF_WRAP, CKK_AES, CKM_AES_KEY_GEN, CKM_RSA_PKCS, CKO_SECRET_KEY } from '../constants.js';
import type { Handle, Mechanism } from '../cryptoki.js';
import { oaep } from '../mechanisms.js';
import { template, type AttributeValues } from '../template.js';
import { wrappingCiphers } from './aes-mechanisms.js';
import type { Route, RouteGroup } from './route.js';
import type { RouteBench } from './route-bench.js';
import { wrappedUnder } from './wrapping-key.js';

const OUTPUT_BYTES = 1_024;
const WITH_A_PAIR = 'C_UnwrapKey with an RSA key';
const WRAPPING_KEY: AttributeValues = {
  CKA_CLASS: CKO_SECRET_KEY,
  CKA_KEY_TYPE: CKK_AES,
  CKA_TOKEN: false,
  CKA_WRAP: true,
  CKA_UNWRAP: true,
};

/** A PIN object wrapped under a key that an attacker with a session has brought, made, or made TRUSTED. */
export function wrapOutRoutes(bench: RouteBench, pinObject: Handle): readonly RouteGroup[] {
  const of = 'PIN object';
  const attribute = 'CKA_WRAP_WITH_TRUSTED';
  return [
    {
      name: 'a PIN object wrapped under an RSA public key',
      of,
      attribute,
      routes: rsaRoutes(bench, pinObject),
    },
    {
      name: 'a PIN object wrapped under an AES key of known value',
      of,
      attribute,
      routes: aesRoutes(bench, pinObject),
    },
    {
      name: 'a PIN object wrapped under a key that the user makes',
      of,
      attribute,
      routes: makers(bench).map((maker) => ownKeyRoute(bench, pinObject, maker, false)),
    },
    {
      name: 'a PIN object wrapped under a key that the user makes TRUSTED',
      of,
      attribute,
      routes: makers(bench).map((maker) => ownKeyRoute(bench, pinObject, maker, true)),
    },
  ];
}

function rsaRoutes(bench: RouteBench, pinObject: Handle): readonly Route[] {
  const { allowed, transport, profile, flagsOf } = bench;
  const mechanisms = [
    { name: 'RSA-PKCS', mechanism: { mechanism: CKM_RSA_PKCS } },
    { name: 'RSA-OAEP', mechanism: oaep(profile.transportAlgorithm) },
  ];
  // Whether the module wraps under it does not depend on where the private half is.
  const publicKey = () => allowed.publicKey(transport.publicKey);
  return mechanisms.map(({ name, mechanism }) => ({
    name,
    attempt: () => wrapped(bench, mechanism, publicKey(), pinObject),
    control: () => wrapped(bench, mechanism, publicKey(), allowed.aes({ CKA_EXTRACTABLE: true })),
    isOffered: () => (flagsOf(mechanism.mechanism) & CKF_WRAP) !== 0,
  }));
}

function aesRoutes(bench: RouteBench, pinObject: Handle): readonly Route[] {
  const { allowed, profile, flagsOf, isThorough } = bench;
  const offered = wrappingCiphers(profile).filter(
    ({ mechanism }) => isThorough || flagsOf(mechanism.mechanism) !== 0,
  );
  return offered.map(({ name, mechanism }) => ({
    name,
    attempt: () => wrapped(bench, mechanism, allowed.aes({ CKA_WRAP: true }), pinObject),
    control: () => wrappedUnder(bench, allowed.aes({ CKA_WRAP: true }), mechanism),
    isOffered: () => (flagsOf(mechanism.mechanism) & CKF_WRAP) !== 0,
  }));
}

interface Maker {
  readonly name: string;
  readonly make: (more: AttributeValues) => Handle;
}

/** The ways in which a user gets a key; each takes further attributes for it. */
function makers(bench: RouteBench): readonly Maker[] {
  const { session, allowed, profile, isThorough } = bench;
  const value = () => ({ CKA_VALUE: randomBytes(PIN_FIELD_BYTES) });
  const length: AttributeValues = profile.valueLenOnUnwrap ? { CKA_VALUE_LEN: PIN_FIELD_BYTES } : {};
  const own = () => allowed.keep(session.createObject(template({ ...WRAPPING_KEY, ...value() })));
  const all: readonly Maker[] = [
    {
      name: 'C_CreateObject',
      make: (more) => session.createObject(template({ ...WRAPPING_KEY, ...value(), ...more })),
    },
    {
      name: 'C_GenerateKey',
      make: (more) =>
        session.generateKey(
          { mechanism: CKM_AES_KEY_GEN },
          template({ ...WRAPPING_KEY, CKA_VALUE_LEN: PIN_FIELD_BYTES, ...more }),
        ),
    },
    {
      name: 'C_UnwrapKey',
      make: (more) => {
        const key = allowed.aes({ CKA_WRAP: true, CKA_UNWRAP: true });
        const ordinary = wrappedUnder(bench, key, profile.aesKeyWrap);
        return session.unwrapKey(
          profile.aesKeyWrap,
          key,
          ordinary,
          template({ ...WRAPPING_KEY, ...length, ...more }),
        );
      },
    },
    {
      name: WITH_A_PAIR,
      make: (more) => {
        const { privateKey, key } = allowed.pair();
        const ciphertext = publicEncrypt(
          { key, padding: constants.RSA_PKCS1_PADDING },
          randomBytes(PIN_FIELD_BYTES),
        );
        const attributes = template({ ...WRAPPING_KEY, ...length, ...more });
        return session.unwrapKey({ mechanism: CKM_RSA_PKCS }, privateKey, ciphertext, attributes);
      },
    },
    {
      name: 'C_CopyObject',
      make: (more) => session.copyObject(own(), orLabel(more)),
    },
    {
      name: 'C_SetAttributeValue',
      make: (more) => {
        const key = own();
        session.setAttributes(key, orLabel(more));
        return key;
      },
    },
  ];
  return isThorough ? all : all.filter(({ name }) => name !== WITH_A_PAIR);
}

/** The change alone; if there is none, a harmless one. */
function orLabel(changed: AttributeValues): AttributeValues {
  return Object.keys(changed).length > 0 ? changed : { CKA_LABEL: 'pinward-check' };
}

function ownKeyRoute(bench: RouteBench, pinObject: Handle, { name, make }: Maker, isTrusted: boolean): Route {
  const { allowed, profile, flagsOf } = bench;
  const mechanism = profile.aesKeyWrap;
  return {
    name,
    attempt: () => {
      const key = allowed.keep(make(isTrusted ? { CKA_TRUSTED: true } : {}));
      wrapped(bench, mechanism, key, pinObject);
    },
    control: () => wrappedUnder(bench, allowed.keep(make({})), mechanism),
    isOffered: () => (flagsOf(mechanism.mechanism) & CKF_WRAP) !== 0,
  };
}

function wrapped({ session }: RouteBench, mechanism: Mechanism, wrappingKey: Handle, key: Handle): void {
  session.wrapKey(mechanism, wrappingKey, key, Buffer.alloc(OUTPUT_BYTES)).fill(0);
}
