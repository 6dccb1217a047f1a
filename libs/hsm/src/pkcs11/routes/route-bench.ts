import type { KeyObject } from 'node:crypto';
import type { CryptokiSession, Handle } from '../cryptoki.js';
import type { VendorProfile } from '../vendor-profiles.js';
import type { NamedMechanism } from './aes-mechanisms.js';
import type { AllowedKeys } from './allowed-keys.js';

/** Where routes are tried: a session whose objects end with it, and its own keys beside the protected ones. */
export interface RouteBench {
  readonly session: CryptokiSession;
  readonly profile: VendorProfile;
  readonly allowed: AllowedKeys;
  readonly transport: { readonly handle: Handle; readonly publicKey: KeyObject };
  /**
   * Whether slow routes are tried too: those that need an RSA key pair, and mechanisms that the token does not list.
   */
  readonly isThorough: boolean;
  /** Mechanisms whose parameters hold pointers, which are not built here: one that encrypts, and one that derives. */
  readonly withPointers: {
    readonly ciphers: readonly NamedMechanism[];
    readonly derivations: readonly NamedMechanism[];
  };
  /** CKF_ bits of a mechanism; 0 if the token does not list it. */
  readonly flagsOf: (mechanism: number) => number;
}
