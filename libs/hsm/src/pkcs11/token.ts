import { HsmMisconfigured } from '../contract/faults.js';
import type { RegisteredKey } from '../contract/keys.js';
import type { VendorProfileName } from '../settings.js';
import { useVendorErrors } from './ckr.js';
import type { Cryptoki, CryptokiSession, Handle } from './cryptoki.js';
import type { TokenInfo } from './info.js';
import { pickUpKeys, type HeldKeys } from './key-pick-up.js';
import { mechanismsOf, type Mechanisms } from './mechanisms.js';
import { unwrapAttributes } from './pin-object.js';
import type { ProfileChanges } from './profile-changes.js';
import { evidenceOf, type SoftwareTokens, type TokenEvidence } from './software-token.js';
import { template, type Template } from './template.js';
import { profileOf, type VendorProfile } from './vendor-profiles.js';

export interface TokenSettings {
  /** For C_Initialize, if the module needs any. */
  readonly libraryParameters?: string;
  readonly tokenLabel: string;
  readonly profile: VendorProfileName;
  readonly profileChanges?: ProfileChanges | undefined;
  readonly softwareTokens?: SoftwareTokens;
  readonly allowNoHardwareFlag?: boolean;
  readonly allowLowPinCount?: boolean;
  readonly allowWeakEnforcement: boolean;
  readonly registeredKeys: readonly RegisteredKey[];
}

interface OpenSession {
  readonly session: CryptokiSession;
  readonly keys: HeldKeys;
}

/** One thread's way to the token: a session, the keys found in it, and what stays the same between calls. */
export class Token {
  readonly profile: VendorProfile;
  readonly mechanisms: Mechanisms;
  readonly unwrapTemplate: Template;
  readonly #slot: Handle;
  #open: OpenSession | null = null;

  /** @throws HsmMisconfigured when there is not exactly one token of that label */
  constructor(
    private readonly cryptoki: Cryptoki,
    private readonly settings: TokenSettings,
  ) {
    this.profile = profileOf(settings.profile, settings.profileChanges);
    useVendorErrors(settings.profileChanges?.errors ?? {});
    this.mechanisms = mechanismsOf(this.profile);
    this.unwrapTemplate = template(unwrapAttributes(this.profile));
    this.#slot = onlySlot(cryptoki, settings.tokenLabel);
  }

  /** The evidence that tells a software token from hardware. */
  get evidence(): TokenEvidence {
    return evidenceOf(this.cryptoki, this.#slot);
  }

  /** Read from the token at each call. */
  get info(): TokenInfo {
    return this.cryptoki.tokenInfo(this.#slot);
  }

  get registeredKeys(): readonly RegisteredKey[] {
    return this.settings.registeredKeys;
  }

  /** The session; opened on first use. */
  get session(): CryptokiSession {
    return this.opened().session;
  }

  get keys(): HeldKeys {
    return this.opened().keys;
  }

  /** CKF_ bits; 0 if the token does not list it. */
  mechanismFlags(mechanism: number): number {
    return this.cryptoki.mechanismFlags(this.#slot, mechanism);
  }

  /** A separate session for the start-up checks, which make and break things. */
  openReadWriteSession(): CryptokiSession {
    return this.cryptoki.openSession(this.#slot, 'read-write');
  }

  /** Closes the session; the officer cannot log in beside a read-only one (PKCS#11 3.1, section 5.6.8). */
  close(): void {
    closeQuietly(this.#open?.session);
    this.#open = null;
  }

  /**
   * Opens another session, finds the keys again, and closes the old session with every object it made. The order
   * matters: closing a process's last session would log it out (PKCS#11 3.1, section 5.6.8).
   */
  renewSession(): void {
    const old = this.#open;
    this.#open = null;
    try {
      this.#open = this.openSession();
    } finally {
      closeQuietly(old?.session);
    }
  }

  private opened(): OpenSession {
    this.#open ??= this.openSession();
    return this.#open;
  }

  private openSession(): OpenSession {
    const session = this.cryptoki.openSession(this.#slot, this.profile.sessions);
    try {
      const { keys, findings } = pickUpKeys(session, this.profile, this.settings.registeredKeys);
      if (findings.length > 0 && !this.settings.allowWeakEnforcement) {
        throw new HsmMisconfigured(findings.join('\n'));
      }
      return { session, keys };
    } catch (error) {
      closeQuietly(session);
      throw error;
    }
  }
}

/** A session that cannot be closed is gone already. */
function closeQuietly(session: CryptokiSession | undefined): void {
  try {
    session?.close();
  } catch {
    // See above.
  }
}

/** @throws HsmMisconfigured when there is not exactly one token of that label */
export function onlySlot(cryptoki: Cryptoki, label: string): Handle {
  const slots = cryptoki.slotsWithToken(label);
  const [slot] = slots;
  if (slot !== undefined && slots.length === 1) return slot;
  throw new HsmMisconfigured(`${slots.length} tokens are labelled ${JSON.stringify(label)}, must be one`);
}
