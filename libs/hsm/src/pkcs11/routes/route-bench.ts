import type { KeyObject } from 'node:crypto';
import type { CryptokiSession, Handle } from '../cryptoki.js';
import type { VendorProfile } from '../vendor-profiles.js';
import type { NamedMechanism } from './aes-mechanisms.js';
import type { AllowedKeys } from './allowed-keys.js';

/** What routes are tried on: a session whose objects end with it, and keys of its own beside the protected ones. */
export interface RouteBench {
  readonly session: CryptokiSession;
  readonly profile: VendorProfile;
  readonly allowed: AllowedKeys;
  readonly transport: { readonly handle: Handle; readonly publicKey: KeyObject };
  /** Whether what takes long is tried as well: what needs an RSA key pair, and mechanisms that the token does not list. */
  readonly isThorough: boolean;
  /** Whose parameters hold pointers, which are not built here: one that encrypts, and one that derives. */
  readonly withPointers: {
    readonly ciphers: readonly NamedMechanism[];
    readonly derivations: readonly NamedMechanism[];
  };
  /** CKF_ bits of a mechanism, 0 where the token does not list it. */
  readonly flagsOf: (mechanism: number) => number;
}
