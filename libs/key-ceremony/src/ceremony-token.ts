import type { KeyObject } from 'node:crypto';
import { currentKey, HsmMisconfigured, keyLabel, type KeyKind, type RegisteredKey } from '#libs/hsm';
import type { SecretText } from '#libs/secret-text';
import {
  Cryptoki,
  type CryptokiSession,
  type Handle,
  type KeyName,
  Token,
  type TokenInfo,
  type VendorProfile,
  assertKnownAnswers,
  ckrText,
  fingerprintKeys,
  keySpec,
  onlySlot,
  profileOf,
  sign,
  thumbprintKeys,
} from '#libs/hsm/pkcs11';
import { closeMarked, isMarked, makeKey, markTrusted } from './make-keys.js';
import { readAttributes, type KeyAttributes } from './key-attributes.js';
import { assertAsOurs, destroyObjects, objectsOn, type TokenObjects } from './token-objects.js';
import { inSession, type Login, type TokenProfile, type TokenRole } from './token-roles.js';

export interface CeremonyTokenSettings extends TokenProfile {
  /** Path of the PKCS#11 module. */
  readonly module: string;
  /** Passed to C_Initialize; for NSS alone. */
  readonly libraryParameters?: string;
  readonly tokenLabel: string;
  /** For modules without the enforcing attributes, in tests. */
  readonly allowWeakEnforcement?: boolean;
}

const UNSEEN =
  'the security officer does not see it: either the user has not made it yet (--role user), or this module hides private ' +
  'keys from the officer (officerKeysPrivate false in PKCS11_PROFILE_FILE)';

/** Asked for a secret when it is needed, and only then. */
export type PinOf = (role: TokenRole) => SecretText;

/**
 * The token during a ceremony. Every call is synchronous and logs in once; a refused login is final, since a token locks
 * after a few.
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

  /** Which of these the token holds, as this role sees it. */
  present(keys: readonly KeyName[], role: TokenRole): readonly KeyName[] {
    return this.as(role, (session) => keys.filter((key) => this.find(session, key).length > 0));
  }

  /** All that is labelled as our keys are, or TRUSTED, as this role sees it. */
  objects(role: TokenRole = 'user'): readonly TokenObjects[] {
    return this.as(role, objectsOn);
  }

  /** Removes a key for good. @returns null, or how the token refused: it keeps what is not CKA_DESTROYABLE */
  destroy(key: KeyName): string | null {
    return this.as('user', (session) => destroyObjects(session, key));
  }

  /** @throws HsmMisconfigured when it is not one key as the key table says */
  assertAsOurs(key: KeyName): void {
    this.as('user', (session) => assertAsOurs(session, this.#profile, key));
  }

  /** Who makes keys of this kind: the officer those that are born TRUSTED, the user all others. */
  makerOf(kind: KeyKind): TokenRole {
    return kind === 'pin-wrapping' && this.#profile.trustedKeys === 'made-by-officer' ? 'officer' : 'user';
  }

  make(key: KeyName, rsaBits: number): void {
    this.as(this.makerOf(key.kind), (session) => makeKey(session, this.#profile, { ...key, rsaBits }));
  }

  /** Marks wrapping keys TRUSTED as the officer, on modules where the officer marks what the user has made. */
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

  /** Closes wrapping keys, as the user who made them, that the vendor's tool has marked. */
  closeMarked(keys: readonly KeyName[]): void {
    if (this.#profile.trustedKeys !== 'marked-outside') return;
    this.as('user', (session) => {
      for (const key of keys.filter(({ kind }) => kind === 'pin-wrapping'))
        closeMarked(session, this.onlyObject(session, key));
    });
  }

  /** Those wrapping keys that are not TRUSTED, or not there. */
  untrusted(keys: readonly KeyName[]): readonly KeyName[] {
    const wrapping = keys.filter(({ kind }) => kind === 'pin-wrapping');
    return this.as('user', (session) =>
      wrapping.filter((key) => {
        const [handle] = this.find(session, key);
        return handle === undefined || !isMarked(session, handle);
      }),
    );
  }

  /** What has to be done about a wrapping key that is not TRUSTED yet, for a person. */
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
   * Thumbprints and known answers of new keys, made the way the service will check them, beside those registered
   * before. Everything is checked on the way: attributes, strangers with the TRUSTED flag, every known answer.
   *
   * @returns the new keys; each is accepted, or current where its kind has no current generation
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

  /** For the record: what the token says of these keys; null for one that it does not hold any more. */
  attributes(keys: readonly KeyName[]): readonly (KeyAttributes | null)[] {
    return this.as('user', (session) =>
      keys.map((key) => {
        if (this.find(session, key).length === 0) return null;
        return readAttributes(session, this.onlyObject(session, key), keySpec(key.kind, this.#profile));
      }),
    );
  }

  /** Signs with the current audit-signing key: raw r and s, and the public key to check them with. */
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
