import { randomBytes } from 'node:crypto';
import { PIN_FIELD_BYTES } from '#libs/client/pin-block';
import { CKF_DECRYPT, CKF_UNWRAP } from '../constants.js';
import type { Handle, Mechanism } from '../cryptoki.js';
import { R0_BYTES } from '../pin-object.js';
import { template, type AttributeValues } from '../template.js';
import { keyWraps, PLAIN_CIPHERS, type NamedMechanism } from './aes-mechanisms.js';
import { READABLE_KEY } from './allowed-keys.js';
import type { Route, RouteGroup } from './route.js';
import type { RouteBench } from './route-bench.js';

/** R0 turned back into its input, by the key that made it. */
export interface WrappedDummy {
  readonly wrappingKey: Handle;
  /** The R0 of a dummy: 24 bytes. */
  readonly r0: Buffer;
}

export function wrappingKeyRoutes(bench: RouteBench, dummy: WrappedDummy): readonly RouteGroup[] {
  const of = 'wrapping key';
  const wraps = keyWraps(bench.profile);
  const unwraps = wraps.map((each) => unwrapRoute(bench, dummy, each));
  const whole = wraps.map((each) => decryptRoute(bench, dummy, each, wrappedUnder));
  // AES key wrap consists of ECB blocks, so a caller who can decrypt those can undo it.
  const blocks = PLAIN_CIPHERS.filter(
    ({ mechanism }) => bench.isThorough || bench.flagsOf(mechanism.mechanism) !== 0,
  ).map((each) => decryptRoute(bench, dummy, each, () => randomBytes(PIN_FIELD_BYTES)));
  return [
    { name: 'the wrapping key in C_UnwrapKey of an R0', of, attribute: 'CKA_UNWRAP', routes: unwraps },
    {
      name: 'the wrapping key in C_Decrypt of an R0',
      of,
      attribute: 'CKA_DECRYPT',
      routes: [...whole, ...blocks],
    },
  ];
}

function unwrapRoute(
  bench: RouteBench,
  { wrappingKey, r0 }: WrappedDummy,
  { name, mechanism }: NamedMechanism,
): Route {
  const { session, allowed, profile, flagsOf } = bench;
  const length: AttributeValues = profile.valueLenOnUnwrap ? { CKA_VALUE_LEN: PIN_FIELD_BYTES } : {};
  const unwrap = (key: Handle, wrapped: Buffer) =>
    allowed.keep(session.unwrapKey(mechanism, key, wrapped, template({ ...READABLE_KEY, ...length })));
  return {
    name,
    attempt: () => unwrap(wrappingKey, r0),
    control: () => {
      const key = allowed.aes({ CKA_WRAP: true, CKA_UNWRAP: true });
      unwrap(key, wrappedUnder(bench, key, mechanism));
    },
    isOffered: () => (flagsOf(mechanism.mechanism) & CKF_UNWRAP) !== 0,
  };
}

function decryptRoute(
  bench: RouteBench,
  { wrappingKey, r0 }: WrappedDummy,
  { name, mechanism }: NamedMechanism,
  ciphertextOf: (bench: RouteBench, key: Handle, mechanism: Mechanism) => Buffer,
): Route {
  const { session, allowed, flagsOf } = bench;
  const input = ciphertextOf === wrappedUnder ? r0 : r0.subarray(0, PIN_FIELD_BYTES);
  const decrypt = (key: Handle, from: Buffer) =>
    session.decrypt(mechanism, key, from, Buffer.alloc(64)).fill(0);
  return {
    name,
    attempt: () => decrypt(wrappingKey, input),
    control: () => {
      const key = allowed.aes({ CKA_WRAP: true, CKA_DECRYPT: true });
      decrypt(key, ciphertextOf(bench, key, mechanism));
    },
    isOffered: () => (flagsOf(mechanism.mechanism) & CKF_DECRYPT) !== 0,
  };
}

/** An ordinary key wrapped under this key. @throws the module's refusal */
export function wrappedUnder({ session, allowed }: RouteBench, key: Handle, mechanism: Mechanism): Buffer {
  const ordinary = allowed.aes({ CKA_EXTRACTABLE: true });
  return Buffer.from(session.wrapKey(mechanism, key, ordinary, Buffer.alloc(2 * R0_BYTES)));
}
