import type { KeyObject } from 'node:crypto';
import {
  currentKey,
  HsmMisconfigured,
  keyLabel,
  type KeyKind,
  type RegisteredKey,
  type TransportAlgorithm,
} from '#libs/hsm';
import type { SecretText } from '#libs/secret-text';
import {
  Cryptoki,
  type CryptokiSession,
  type Handle,
  type KeyName,
  type ModuleInfo,
  Token,
  type TokenInfo,
  type VendorProfile,
  assertKnownAnswers,
  ckrText,
  evidenceOf,
  fingerprintKeys,
  keySpec,
  onlySlot,
  profileOf,
  sign,
  softwareFindings,
  thumbprintKeys,
} from '#libs/hsm/pkcs11';
import { closeMarked, isMarked, makeKey, markTrusted } from './make-keys.js';
import { readAttributes, readFacts, type KeyAttributes, type KeyFacts } from './key-attributes.js';
import { assertAsOurs, destroyObjects, objectsOn, type TokenObjects } from './token-objects.js';
import { inSession, type Login, type TokenProfile, type TokenRole } from './token-roles.js';

export interface CeremonyTokenSettings extends TokenProfile {
  /** Path of the PKCS#11 module. */
  readonly module: string;
  /** Passed to C_Initialize; only for NSS. */
  readonly libraryParameters?: string;
  readonly tokenLabel: string;
  /** For modules without the enforcing attributes, in tests. */
  readonly allowWeakEnforcement?: boolean;
}

const UNSEEN =
  'the security officer does not see it: either the user has not made it yet (--role user), or this module hides private ' +
  'keys from the officer (officerKeysPrivate false in PKCS11_PROFILE_FILE)';

/** Called only when a secret is needed. */
export type PinOf = (role: TokenRole) => SecretText;

/**
 * The token during a ceremony. Every call is synchronous and logs in once. A refused login is final, since a token
 * locks after a few.
 */
export class CeremonyToken implements Disposable {
  readonly #cryptoki: Cryptoki;
  readonly #slot: Handle;
  readonly #profile: VendorProfile;

  /** @throws HsmMisconfigured when the module cannot be used or there is not exactly one token of that label */
  constructor(
    private readonly settings: CeremonyTokenSettings,
    private readonly pinOf: PinOf,
  ) {
    this.#profile = profileOf(settings.profile, settings.profileChanges);
    this.#cryptoki = loadModule(settings);
    this.#slot = onlySlot(this.#cryptoki, settings.tokenLabel);
  }

  get info(): TokenInfo {
    return this.#cryptoki.tokenInfo(this.#slot);
  }

  get moduleInfo(): ModuleInfo {
    return this.#cryptoki.moduleInfo();
  }

  get transportAlgorithm(): TransportAlgorithm {
    return this.#profile.transportAlgorithm;
  }

  /** Whether there is a sign that this is no hardware; none is no proof that it is. */
  get isSoftware(): boolean {
    return softwareFindings(evidenceOf(this.#cryptoki, this.#slot)).software.length > 0;
  }

  /** Which of these the token holds, as this role sees it. */
  present(keys: readonly KeyName[], role: TokenRole): readonly KeyName[] {
    return this.as(role, (session) => keys.filter((key) => this.find(session, key).length > 0));
  }

  /** Objects with labels like ours, and TRUSTED ones, as this role sees them. */
  objects(role: TokenRole = 'user'): readonly TokenObjects[] {
    return this.as(role, objectsOn);
  }

  /** Removes a key for good. @returns null, or the token's refusal: it keeps a key that is not CKA_DESTROYABLE */
  destroy(key: KeyName): string | null {
    return this.as('user', (session) => destroyObjects(session, key));
  }

  /** @throws HsmMisconfigured unless it is one key as the key table says */
  assertAsOurs(key: KeyName): void {
    this.as('user', (session) => assertAsOurs(session, this.#profile, key));
  }

  /** Who makes keys of this kind: the officer those that are TRUSTED from the start, the user all others. */
  makerOf(kind: KeyKind): TokenRole {
    return kind === 'pin-wrapping' && this.#profile.trustedKeys === 'made-by-officer' ? 'officer' : 'user';
  }

  make(key: KeyName, rsaBits: number): void {
    this.as(this.makerOf(key.kind), (session) => makeKey(session, this.#profile, { ...key, rsaBits }));
  }

  /** As the officer, marks wrapping keys TRUSTED, on modules where the officer marks keys that the user has made. */
  markTrusted(keys: readonly KeyName[]): void {
    if (this.#profile.trustedKeys !== 'marked-by-officer') return;
    const wrapping = keys.filter(({ kind }) => kind === 'pin-wrapping');
    if (wrapping.length === 0) return;
    this.as('officer', (session) => {
      for (const key of wrapping) {
        if (this.find(session, key).length === 0) throw new HsmMisconfigured(`${keyLabel(key)}: ${UNSEEN}`);
        markTrusted(session, this.onlyObject(session, key));
      }
    });
  }

  /** As the user who made them, closes wrapping keys that the vendor's tool has marked. */
  closeMarked(keys: readonly KeyName[]): void {
    if (this.#profile.trustedKeys !== 'marked-outside') return;
    this.as('user', (session) => {
      for (const key of keys.filter(({ kind }) => kind === 'pin-wrapping'))
        closeMarked(session, this.onlyObject(session, key));
    });
  }

  /** The wrapping keys among them that are not TRUSTED, or missing. */
  untrusted(keys: readonly KeyName[]): readonly KeyName[] {
    const wrapping = keys.filter(({ kind }) => kind === 'pin-wrapping');
    return this.as('user', (session) =>
      wrapping.filter((key) => {
        const [handle] = this.find(session, key);
        return handle === undefined || !isMarked(session, handle);
      }),
    );
  }

  /** What a person must do about a wrapping key that is not TRUSTED yet. */
  get trustAdvice(): string {
    switch (this.#profile.trustedKeys) {
      case 'made-by-officer':
        return 'the security officer makes it first: --role officer, or PKCS11_SO_PIN beside the token PIN';
      case 'marked-by-officer':
        return 'the security officer marks it next: --role officer; then run this again';
      case 'marked-outside':
        return "mark it trusted with the vendor's tool, as the security officer; then run this again";
    }
  }

  /**
   * Thumbprints and known answers of new keys, made in the same way as the service will check them, beside the
   * registered ones. Everything is checked on the way: attributes, strangers with the TRUSTED flag, every known answer.
   *
   * @returns the new keys; each is accepted, or current if its kind has no current generation
   * @throws HsmMisconfigured naming key and attribute
   */
  fingerprints(registered: readonly RegisteredKey[], fresh: readonly KeyName[]): readonly RegisteredKey[] {
    return this.as('user', (session) => {
      const added = thumbprintKeys(session, fresh).map((key): RegisteredKey => {
        const first = currentKey(registered, key.kind) === undefined;
        return { ...key, state: first ? key.state : 'accepted' };
      });
      const names = new Set(added.map(keyLabel));
      const others = registered.filter((key) => !names.has(keyLabel(key)));
      const made = fingerprintKeys(this.#cryptoki, this.tokenSettings, [...others, ...added]);
      this.withToken([...others, ...made.filter((key) => names.has(keyLabel(key)))], assertKnownAnswers);
      return made.filter((key) => names.has(keyLabel(key)));
    });
  }

  /** For the record: the token's attributes of these keys; null for one that it no longer holds. */
  attributes(keys: readonly KeyName[]): readonly (KeyAttributes | null)[] {
    return this.as('user', (session) =>
      keys.map((key) => {
        if (this.find(session, key).length === 0) return null;
        return readAttributes(session, this.onlyObject(session, key), keySpec(key.kind, this.#profile));
      }),
    );
  }

  /** For an inventory; null for a key that the token does not hold. */
  facts(keys: readonly KeyName[]): readonly (KeyFacts | null)[] {
    return this.as('user', (session) =>
      keys.map((key) => {
        const [handle] = this.find(session, key);
        return handle === undefined ? null : readFacts(session, handle, keySpec(key.kind, this.#profile));
      }),
    );
  }

  /** Signs with the current audit-signing key: raw r and s, and the public key that checks them. */
  signRecord(
    registered: readonly RegisteredKey[],
    text: Buffer,
  ): { readonly signature: Buffer; readonly publicKey: KeyObject } {
    return this.as('user', () =>
      this.withToken(registered, (token) => {
        const { kid, value } = sign(token, 'audit-signing', text);
        const { held, current } = token.keys.ecSigning['audit-signing'];
        const key = held.get(current);
        if (key?.kid !== kid) throw new HsmMisconfigured(`${kid} is not held`);
        return { signature: value, publicKey: key.publicKey };
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#cryptoki.finalize();
  }

  private get tokenSettings() {
    const { tokenLabel, profile, profileChanges, allowWeakEnforcement = false } = this.settings;
    return { tokenLabel, profile, profileChanges, allowWeakEnforcement };
  }

  private withToken<Result>(registered: readonly RegisteredKey[], work: (token: Token) => Result): Result {
    const token = new Token(this.#cryptoki, { ...this.tokenSettings, registeredKeys: registered });
    try {
      return work(token);
    } finally {
      token.close();
    }
  }

  private find(session: CryptokiSession, key: KeyName): readonly Handle[] {
    const { objectClass } = keySpec(key.kind, this.#profile);
    return session.find({ CKA_CLASS: objectClass, CKA_LABEL: keyLabel(key) });
  }

  private onlyObject(session: CryptokiSession, key: KeyName): Handle {
    const found = this.find(session, key);
    const [handle] = found;
    if (handle !== undefined && found.length === 1) return handle;
    throw new HsmMisconfigured(`${keyLabel(key)}: the token holds ${found.length} of them, must be one`);
  }

  private as<Result>(role: TokenRole, work: (session: CryptokiSession) => Result): Result {
    const login: Login = { role, pin: this.pinOf(role) };
    try {
      return inSession({ cryptoki: this.#cryptoki, slot: this.#slot, login }, work);
    } catch (error) {
      throw error instanceof HsmMisconfigured
        ? error
        : new HsmMisconfigured(`the token refused (${ckrText(error)})`);
    }
  }
}

/** @throws HsmMisconfigured */
export function loadModule({
  module,
  libraryParameters,
}: Pick<CeremonyTokenSettings, 'module' | 'libraryParameters'>): Cryptoki {
  try {
    const cryptoki = new Cryptoki(module);
    cryptoki.initialize(libraryParameters);
    return cryptoki;
  } catch (error) {
    throw new HsmMisconfigured(`the PKCS#11 module cannot be used (${ckrText(error)})`);
  }
}
