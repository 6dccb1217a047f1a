import type { RegisteredKey, SealKind } from './contract/keys.js';
import type { ProfileChanges } from './pkcs11/profile-changes.js';
import type { SoftwareTokens } from './pkcs11/software-token.js';
import type { TokenPin } from './token-pin.js';

/** Modules with a known profile; `softhsm2` and `nss` are for development and tests. */
export const VENDOR_PROFILE_NAMES = ['softhsm2', 'nss', 'luna', 'utimaco', 'cloudhsm', 'nshield'] as const;
export type VendorProfileName = (typeof VENDOR_PROFILE_NAMES)[number];

/** How long an evaluation may take by default, milliseconds. A Luna HA group recovers inside a call. */
export const EVALUATION_WINDOW_MS: Readonly<Record<VendorProfileName, number>> = {
  softhsm2: 10_000,
  nss: 10_000,
  luna: 45_000,
  utimaco: 20_000,
  cloudhsm: 20_000,
  nshield: 20_000,
};

export interface SealKeyName {
  readonly kind: SealKind;
  readonly generation: number;
}

/** @param kind of a closed set: what the HSM host was asked to do */
export type OnOperation = (kind: string, seconds: number, answered: boolean) => void;

export interface HsmSettings {
  /** Path of the PKCS#11 module. */
  readonly module: string;
  /** Passed to C_Initialize: this is how NSS learns where its database is. No other module takes any. */
  readonly libraryParameters?: string;
  readonly tokenLabel: string;
  readonly tokenPin: TokenPin;
  readonly profile: VendorProfileName;
  /** Changes of this deployment to the profile. */
  readonly profileChanges?: ProfileChanges | undefined;
  /** Worker threads, each with one session: cores for a local module, about 16 for a network HSM. */
  readonly workers: number;
  /** How many operations may be reserved at once, running ones included. */
  readonly queueCapacity: number;
  /** Lets a module without the enforcing attributes start, with loud warnings. Tests only. */
  readonly allowWeakEnforcement: boolean;
  /** Those in software that are let in, whatever the name of their module; any when absent. */
  readonly softwareTokens?: SoftwareTokens;
  /** Accepts, with a warning, a slot that does not say it is a hardware device. */
  readonly allowNoHardwareFlag?: boolean;
  /** Logs in although the token says that a login was refused before, but never on its final try. */
  readonly allowLowPinCount?: boolean;
  /** PINs of 4 to 12 digits that must not be set. */
  readonly weakPins: readonly string[];
  /** Time limit of operations without a try, milliseconds; evaluations carry their own. */
  readonly evaluationWindowMs: number;
  /** The HSM lags when operations wait longer, milliseconds; a tenth of the evaluation window when absent. */
  readonly lagMs?: number | undefined;
  /** Told of each operation when it has ended: how long it took, wait included, and whether it was answered. */
  readonly onOperation?: OnOperation | undefined;
  /** The generations that the key ceremony registered; read again for every new HSM host. */
  readonly registeredKeys: () => Promise<readonly RegisteredKey[]>;
  /**
   * Notes durably that this many values may be sealed under the key, before they are sealed. GCM with random IVs is
   * sound for 2^32 values a key (NIST SP 800-38D, section 8.3). Rejects when they are used up.
   */
  readonly reserveSeals: (key: SealKeyName, amount: number) => Promise<void>;
  /** Gets each line that the module writes to standard error; when absent, the lines go to this process's own. */
  readonly onHostLine?: (line: string) => void;
  /** The whole environment of the HSM host process; empty when absent. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Compiled entry file of the HSM host; the project's own when absent. */
  readonly hostEntry?: URL;
}
