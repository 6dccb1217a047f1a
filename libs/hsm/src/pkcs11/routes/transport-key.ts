import { constants, publicEncrypt, type KeyObject } from 'node:crypto';
import { KNOWN_ANSWER_FIELD } from '../../evaluation/known-answer.js';
import {
  CKF_DECRYPT,
  CKF_SIGN,
  CKF_SIGN_RECOVER,
  CKM_RSA_PKCS,
  CKM_RSA_X_509,
  type AttributeName,
} from '../constants.js';
import type { CryptokiSession, Handle, Mechanism } from '../cryptoki.js';
import { nodeOaep, oaep } from '../mechanisms.js';
import type { Route, RouteGroup } from './route.js';
import type { RouteBench } from './route-bench.js';

interface RawUse {
  readonly name: string;
  readonly mechanism: Mechanism;
  /** The input for a key with this public half. */
  readonly inputFor: (key: KeyObject) => Buffer;
}

type Use = (
  session: CryptokiSession,
  mechanism: Mechanism,
  key: Handle,
  input: Buffer,
  output: Buffer,
) => Buffer;

/**
 * An envelope decrypted, or raised to the private exponent (which is the same), by any function other than C_UnwrapKey.
 */
export function transportKeyRoutes(bench: RouteBench): readonly RouteGroup[] {
  const { transportAlgorithm } = bench.profile;
  const envelope = (key: KeyObject) =>
    publicEncrypt({ key, ...nodeOaep(transportAlgorithm) }, KNOWN_ANSWER_FIELD);
  const pkcs1 = (key: KeyObject) =>
    publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, KNOWN_ANSWER_FIELD);
  const raw: RawUse = { name: 'RSA-X.509', mechanism: { mechanism: CKM_RSA_X_509 }, inputFor: envelope };
  const padded = { name: 'RSA-PKCS', mechanism: { mechanism: CKM_RSA_PKCS } };
  const decryptions = [
    { name: 'RSA-OAEP', mechanism: oaep(transportAlgorithm), inputFor: envelope },
    { ...padded, inputFor: pkcs1 },
    raw,
  ];
  const signatures = [{ ...padded, inputFor: () => KNOWN_ANSWER_FIELD }, raw];
  const group = (name: string, attribute: AttributeName, routes: readonly Route[]): RouteGroup => {
    return { name: `the transport key in ${name}`, of: 'transport key', attribute, routes };
  };
  return [
    group(
      'C_Decrypt',
      'CKA_DECRYPT',
      routesOf(bench, decryptions, CKF_DECRYPT, (session, ...use) => session.decrypt(...use)),
    ),
    group(
      'C_Sign',
      'CKA_SIGN',
      routesOf(bench, signatures, CKF_SIGN, (session, ...use) => session.sign(...use)),
    ),
    group(
      'C_SignRecover',
      'CKA_SIGN_RECOVER',
      routesOf(bench, signatures, CKF_SIGN_RECOVER, (session, ...use) => session.signRecover(...use)),
    ),
  ];
}

function routesOf(
  { session, allowed, transport, flagsOf }: RouteBench,
  uses: readonly RawUse[],
  flag: number,
  use: Use,
): readonly Route[] {
  return uses.map(({ name, mechanism, inputFor }) => ({
    name,
    attempt: () => used(session, use, mechanism, transport.handle, inputFor(transport.publicKey)),
    control: () => {
      const { privateKey, key } = allowed.pair();
      used(session, use, mechanism, privateKey, inputFor(key));
    },
    isOffered: () => (flagsOf(mechanism.mechanism) & flag) !== 0,
  }));
}

function used(session: CryptokiSession, use: Use, mechanism: Mechanism, key: Handle, input: Buffer): void {
  use(session, mechanism, key, input, Buffer.alloc(1_024)).fill(0);
}
