import { randomBytes } from 'node:crypto';
import { PIN_FIELD_BYTES } from '#libs/client/pin-block';
import { ckrText, refusalOf } from './ckr.js';
import { CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD } from './constants.js';
import type { CryptokiSession, Handle, Mechanism } from './cryptoki.js';
import { KnownKeys } from './known-keys.js';
import type { VendorProfile } from './vendor-profiles.js';

const OUTPUT_BYTES = 64;

export type AttackOutcome =
  /** The PIN is out. */
  | { readonly outcome: 'wrapped' }
  /** Refused, while an ordinary key is wrapped in the same way: the PIN object is protected. */
  | { readonly outcome: 'refused'; readonly answer: string }
  /** The refusal proves nothing. */
  | { readonly outcome: 'untried'; readonly reason: string };

interface Weapon {
  readonly knownKey: Handle;
  /** For each mechanism, why it does not wrap an ordinary key; null if it does. */
  readonly controls: readonly (string | null)[];
}

/**
 * The attack itself: a PIN object wrapped under a key of known value is a PIN that can be read. The key is brought in
 * by any way that the module allows. Both the module's own key wrap and the standard's are tried, and first on an
 * ordinary key.
 */
export class KnownKeyAttack implements Disposable {
  readonly #keys: KnownKeys;
  readonly #mechanisms: readonly Mechanism[];
  #weapon: Weapon | { readonly refusal: string } | null = null;

  constructor(
    private readonly session: CryptokiSession,
    profile: VendorProfile,
  ) {
    this.#keys = new KnownKeys(session, profile);
    this.#mechanisms = wrappingMechanisms(profile);
  }

  on(pinObject: Handle): AttackOutcome {
    const weapon = (this.#weapon ??= this.prepare());
    if ('refusal' in weapon) {
      const reason = `the module takes no key of known value, created or unwrapped (${weapon.refusal})`;
      return { outcome: 'untried', reason };
    }
    const { knownKey, controls } = weapon;
    const answers = this.#mechanisms.map((mechanism) => this.wrap(mechanism, knownKey, pinObject));
    if (answers.includes(null)) return { outcome: 'wrapped' };
    const answer = answers.find((_, index) => controls[index] === null);
    if (typeof answer === 'string') return { outcome: 'refused', answer };
    const reason = `a key of known value wraps no ordinary key either (${controls[0]})`;
    return { outcome: 'untried', reason };
  }

  [Symbol.dispose](): void {
    this.#keys[Symbol.dispose]();
  }

  /** Once for all PIN objects: it may need a key pair. */
  private prepare(): Weapon | { readonly refusal: string } {
    try {
      const knownKey = this.#keys.bring(randomBytes(PIN_FIELD_BYTES), { CKA_WRAP: true });
      return { knownKey, controls: this.controls(knownKey) };
    } catch (error) {
      return { refusal: ckrText(error) };
    }
  }

  private controls(knownKey: Handle): Weapon['controls'] {
    try {
      const ordinary = this.#keys.bring(randomBytes(PIN_FIELD_BYTES), { CKA_EXTRACTABLE: true });
      return this.#mechanisms.map((mechanism) => this.wrap(mechanism, knownKey, ordinary));
    } catch (error) {
      return [ckrText(error)];
    }
  }

  private wrap(mechanism: Mechanism, wrappingKey: Handle, key: Handle): string | null {
    const output = Buffer.alloc(OUTPUT_BYTES);
    return refusalOf(() => this.session.wrapKey(mechanism, wrappingKey, key, output).fill(0));
  }
}

/** The module's own first, with its parameter; then the standard's without and with padding. */
function wrappingMechanisms({ aesKeyWrap }: VendorProfile): readonly Mechanism[] {
  const standard = [{ mechanism: CKM_AES_KEY_WRAP }, { mechanism: CKM_AES_KEY_WRAP_PAD }];
  const others = standard.filter(
    ({ mechanism }) => mechanism !== aesKeyWrap.mechanism || aesKeyWrap.parameter !== undefined,
  );
  return [aesKeyWrap, ...others];
}
