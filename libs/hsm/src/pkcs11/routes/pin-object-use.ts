import { PIN_FIELD_BYTES } from '#libs/client/pin-block';
import {
  CKF_DECRYPT,
  CKF_DERIVE,
  CKF_ENCRYPT,
  CKF_SIGN,
  CKF_WRAP,
  type AttributeName,
} from '../constants.js';
import type { Handle } from '../cryptoki.js';
import { template } from '../template.js';
import {
  ciphers,
  derivations,
  keyWraps,
  MACS,
  PLAIN_CIPHERS,
  type NamedMechanism,
} from './aes-mechanisms.js';
import { READABLE_KEY } from './allowed-keys.js';
import type { RouteGroup } from './route.js';
import type { RouteBench } from './route-bench.js';

const INPUT = Buffer.alloc(PIN_FIELD_BYTES);
const OUTPUT_BYTES = 128;

interface KeyUse {
  readonly name: string;
  readonly attribute: AttributeName;
  readonly flag: number;
  readonly mechanisms: readonly NamedMechanism[];
  readonly use: (mechanism: NamedMechanism['mechanism'], key: Handle) => unknown;
}

/** A PIN object used as a key: any result over known bytes can be searched offline for the PIN. */
export function pinObjectUseRoutes(bench: RouteBench, pinObject: Handle): readonly RouteGroup[] {
  const { session, allowed, profile, flagsOf, isThorough, withPointers } = bench;
  const output = () => Buffer.alloc(OUTPUT_BYTES);
  const uses: readonly KeyUse[] = [
    {
      name: 'C_Encrypt',
      attribute: 'CKA_ENCRYPT',
      flag: CKF_ENCRYPT,
      mechanisms: [...ciphers(profile), ...withPointers.ciphers],
      use: (mechanism, key) => session.encrypt(mechanism, key, INPUT, output()).fill(0),
    },
    {
      name: 'C_Decrypt',
      attribute: 'CKA_DECRYPT',
      flag: CKF_DECRYPT,
      mechanisms: PLAIN_CIPHERS,
      use: (mechanism, key) => session.decrypt(mechanism, key, INPUT, output()).fill(0),
    },
    {
      name: 'C_Sign',
      attribute: 'CKA_SIGN',
      flag: CKF_SIGN,
      mechanisms: MACS,
      use: (mechanism, key) => session.sign(mechanism, key, INPUT, output()).fill(0),
    },
    {
      name: 'C_DeriveKey',
      attribute: 'CKA_DERIVE',
      flag: CKF_DERIVE,
      mechanisms: [...derivations(), ...withPointers.derivations],
      use: (mechanism, key) =>
        allowed.keep(
          session.deriveKey(mechanism, key, template({ ...READABLE_KEY, CKA_VALUE_LEN: PIN_FIELD_BYTES })),
        ),
    },
    {
      name: 'C_WrapKey of another',
      attribute: 'CKA_WRAP',
      flag: CKF_WRAP,
      mechanisms: keyWraps(profile),
      use: (mechanism, key) =>
        session.wrapKey(mechanism, key, allowed.aes({ CKA_EXTRACTABLE: true }), output()).fill(0),
    },
  ];
  return uses.map(({ name, attribute, flag, mechanisms, use }) => ({
    name: `a PIN object as the key of ${name}`,
    of: 'PIN object',
    attribute,
    routes: mechanisms
      .filter(({ mechanism }) => isThorough || flagsOf(mechanism.mechanism) !== 0)
      .map(({ name: mechanismName, mechanism }) => ({
        name: mechanismName,
        attempt: () => use(mechanism, pinObject),
        control: () => use(mechanism, allowed.aes({ [attribute]: true })),
        isOffered: () => (flagsOf(mechanism.mechanism) & flag) !== 0,
      })),
  }));
}
