/** Kinds of HSM keys, as in the key table of docs/pin-envelope.md. A label is `<kind>-<generation>`. */
export const KEY_KINDS = [
  'pin-transport',
  'pin-wrapping',
  'lookup',
  'otp',
  'card-vault',
  'secrets',
  'token-signing',
  'audit-signing',
  'manifest-signing',
] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** Kinds whose private half signs and whose public half is published. */
export type SigningKind = Extract<KeyKind, 'token-signing' | EcSigningKind>;

/** The signing kinds on P-256. */
export const EC_SIGNING_KINDS = ['audit-signing', 'manifest-signing'] as const satisfies readonly KeyKind[];
export type EcSigningKind = (typeof EC_SIGNING_KINDS)[number];

/** Kinds that make HMACs. */
export type MacKind = Extract<KeyKind, 'lookup' | 'otp'>;

/** Kinds that seal and open: AES-256-GCM. */
export type SealKind = Extract<KeyKind, 'card-vault' | 'secrets'>;

/**
 * `accepted`: usable, but nothing new is made with it. Either it is no longer current (grace period, or rows that still
 * name the generation), or it is later than the current one and not current yet: every replica holds a key before the
 * first of them uses it. `announced`: a ceremony is about to make it. It is not used, but a TRUSTED object with its
 * label is expected.
 */
export const KEY_STATES = ['announced', 'current', 'accepted', 'retired'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** Whether a key of this state is held and used. */
export function isUsable({ state }: { readonly state: KeyState }): boolean {
  return state === 'current' || state === 'accepted';
}

/**
 * A generation as the key ceremony registered it in the database. A key on the token that is not registered does not
 * count, so a key planted under a trusted label is never picked up.
 */
export interface RegisteredKey {
  readonly kind: KeyKind;
  readonly generation: number;
  readonly state: KeyState;
  /**
   * 32 bytes that only this key can produce (zeros for an announced one):
   * pin-transport and signing keys: the RFC 7638 SHA-256 thumbprint of its public JWK; pin-wrapping: the PIN verifier
   * value of the dummy card (known-answer); lookup, otp: HMAC-SHA256 of the known-answer message; card-vault, secrets:
   * ciphertext and tag of that message, which no other key opens.
   */
  readonly fingerprint: Buffer;
  /**
   * For card-vault and secrets, if the HSM makes the IV: the IV of this ciphertext, 12 to 16 bytes. Otherwise the IV is
   * fixed.
   */
  readonly fingerprintIv?: Buffer;
  /**
   * When the generation stops being accepted, or the earliest time at which it may be retired; null while no end is
   * planned.
   */
  readonly expiresAt: Date | null;
}

/** Whether a used key has been retired: then everything made under it is given up. */
export function isGivenUp(
  keys: readonly RegisteredKey[],
  { kind, generation }: { readonly kind: KeyKind; readonly generation: number },
): boolean {
  return keys.some((key) => key.kind === kind && key.generation === generation && key.state === 'retired');
}

/** The one that makes new values; registration allows only one. */
export function currentKey(keys: readonly RegisteredKey[], kind: KeyKind): RegisteredKey | undefined {
  return keys.find((key) => key.kind === kind && key.state === 'current');
}

export type TransportAlgorithm = 'RSA-OAEP' | 'RSA-OAEP-256';

/** A published transport key. n and e are base64url as in a JWK (RFC 7518, section 6.3.1), read from the private key. */
export interface TransportKey {
  readonly kid: string;
  readonly alg: TransportAlgorithm;
  readonly n: string;
  readonly e: string;
  readonly current: boolean;
  readonly expiresAt: Date | null;
}

/** A published token-signing key; n and e as in TransportKey. */
interface TokenSigningKey {
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly current: boolean;
  readonly expiresAt: Date | null;
}

/** A published signing key on P-256; x and y are base64url as in a JWK (RFC 7518, section 6.2.1). */
export interface EcSigningKey {
  readonly kid: string;
  readonly x: string;
  readonly y: string;
  readonly current: boolean;
  readonly expiresAt: Date | null;
}

/** The published form of each kind. */
export interface SigningKeys {
  readonly 'token-signing': TokenSigningKey;
  readonly 'audit-signing': EcSigningKey;
  readonly 'manifest-signing': EcSigningKey;
}

export interface Signature {
  /** The key that signed: the current one. */
  readonly kid: string;
  /**
   * token-signing: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2), modulus length in bytes. The others: ECDSA
   * on P-256 with SHA-256, r and s of 32 bytes each (as in RFC 7518, section 3.4).
   */
  readonly value: Buffer;
}

export function keyLabel(key: { readonly kind: KeyKind; readonly generation: number }): string {
  return `${key.kind}-${key.generation}`;
}
