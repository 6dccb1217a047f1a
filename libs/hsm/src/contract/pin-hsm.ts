import type {
  Attestation,
  AttestationCheck,
  EvaluationName,
  VerdictMac,
  CardIdentity,
  Mac,
} from './attestation.js';
import type {
  KeyState,
  MacKind,
  RegisteredKey,
  SealKind,
  Signature,
  SigningKeys,
  SigningKind,
  TransportKey,
} from './keys.js';
import type { PinVerifier } from './pin-verifier.js';

export type { CardIdentity, Mac } from './attestation.js';

/** An encrypted PIN whose shape has been checked: known kid, exactly the modulus length, 0 < c < n. */
export interface PinEnvelope {
  readonly kid: string;
  /** Modulus length in bytes, big endian. */
  readonly ciphertext: Buffer;
}

/**
 * Bounds of one evaluation on the monotonic clock (`process.hrtime.bigint()`, nanoseconds; on Linux the same clock
 * in every process). Both are derived from a reading taken before the try was spent.
 */
export interface EvaluationBounds {
  /** The worker refuses to touch the envelope later than this: then HsmUnavailable. */
  readonly startBefore: bigint;
  /** No verdict is believed after this: then EvaluationLost. */
  readonly endBefore: bigint;
}

/** The right to have one operation in the HSM queue. Reserve before spending a try, dispose on every path. */
export interface HsmPermit extends Disposable {
  readonly number: number;
}

export interface MatchPinRequest {
  readonly card: CardIdentity;
  /** What the verdict, and a renewed verifier, are attested for. */
  readonly evaluation: EvaluationName;
  readonly envelope: PinEnvelope;
  readonly verifier: PinVerifier;
  readonly bounds: EvaluationBounds;
}

export type MatchPinResult =
  | { readonly matched: false; readonly verdictMac: VerdictMac }
  /** `renewed` is set when the stored verifier's wrapping generation is no longer current. */
  | { readonly matched: true; readonly verdictMac: VerdictMac; readonly renewed: PinVerifier | null };

/**
 * One-way tags of the weak PINs of one card: HMAC-SHA256 keyed with each weak PIN's R0 over a nonce. R0 itself never
 * leaves the worker that made it.
 */
export interface WeakPinTags {
  readonly generation: number;
  /** 16 bytes. */
  readonly nonce: Buffer;
  /** Tags of 32 bytes, one after the other, in no meaningful order. */
  readonly tags: Buffer;
}

export interface EnrolPinRequest {
  readonly card: CardIdentity;
  /** The evaluation it belongs to; null where no try is spent. */
  readonly evaluation: EvaluationName | null;
  /** The card's event number as it was read: the verifier that is made belongs to the next one. Decimal. */
  readonly eventNo: string;
  readonly envelope: PinEnvelope;
  readonly weakPins: WeakPinTags;
  /** Verifiers of earlier PINs that must not come back, the current one included. */
  readonly history: readonly PinVerifier[];
  readonly bounds: EvaluationBounds;
}

export type EnrolPinResult =
  | { readonly outcome: 'enrolled'; readonly verifier: PinVerifier }
  /** Which entry hit is never told (docs/pin-envelope.md). */
  | { readonly outcome: 'too-weak' }
  | { readonly outcome: 'reused' };

/** What AES-256-GCM made of a value, under a key of this generation. Nothing in it is secret. */
export interface Sealed {
  readonly generation: number;
  /** IV (12 bytes from the HSM's generator, or marked and up to 16 where the HSM makes it), ciphertext, tag (16 bytes). */
  readonly bytes: Buffer;
}

/** Where a sealed value belongs, e.g. tenant, table and column, row: it opens nowhere else. */
export type AssociatedData = readonly string[];

/** Enough that the messages do not count, and some milliseconds of a worker's time. */
export const ATTESTATIONS_AT_ONCE = 1_000;

/** How long operations wait for the HSM, queue included; milliseconds. */
export interface HsmLag {
  /** Longer than they may: served still, and to be looked into. */
  readonly lagging: boolean;
  /** From when on it lags. */
  readonly limitMs: number;
  /** How long the oldest one under way has been. */
  readonly oldestWaitMs: number;
  /** Of those of the last minute, the newest thousand at most; 0 where there was none. */
  readonly p99Ms: number;
  readonly underWay: number;
}

export interface HsmHealth {
  readonly ready: boolean;
  /** Why not; null while it is. */
  readonly trouble: string | null;
  /** Hosts that had to be replaced since the start, and why the last one had to. */
  readonly replaced: { readonly count: number; readonly cause: string | null };
  readonly lag: HsmLag;
  /** When the known-answer test last passed; null before the first. */
  readonly knownAnswerTestAt: Date | null;
  /** Things an operator must know although the service runs, e.g. C_DigestKey being open. */
  readonly warnings: readonly string[];
}

/**
 * The HSM in the domain's words; no PKCS#11 term crosses this line. A clear PIN never appears on either side of it.
 * Every method rejects with an HsmFault and with nothing else.
 */
export abstract class PinHsm {
  /**
   * @param tenantId whose evaluation it is for: a tenant has a share of the queue; absent for the service's own work
   * @throws HsmUnavailable when the queue or the tenant's share is full, or the HSM is not ready; nothing has been
   *   dispatched then.
   */
  abstract reserve(tenantId?: string): HsmPermit;

  /** Compares the PIN inside the envelope with the card's verifier, in constant time, inside the HSM's worker. */
  abstract matchPin(permit: HsmPermit, request: MatchPinRequest): Promise<MatchPinResult>;

  /** Tags of the weak PINs of all lengths for this card; made before a try is spent. Takes its own permits. */
  abstract tagWeakPins(card: CardIdentity & { readonly pinAccount: string }): Promise<WeakPinTags>;

  /** Turns the PIN inside the envelope into a verifier, unless it is weak or was used before. */
  abstract enrolPin(permit: HsmPermit, request: EnrolPinRequest): Promise<EnrolPinResult>;

  /** HMAC-SHA256 under the current key of this kind, or under the generation that made an earlier one. */
  abstract mac(kind: MacKind, input: Buffer, generation?: number): Promise<Mac>;

  /** Encrypts and authenticates under the current key of this kind. */
  abstract seal(kind: SealKind, value: Buffer, associatedData: AssociatedData): Promise<Sealed>;

  /** @throws SealBroken when the bytes, their generation or their associated data are not those they were sealed with */
  abstract open(kind: SealKind, sealed: Sealed, associatedData: AssociatedData): Promise<Buffer>;

  /** The HSM host's word that verdicts are attested from the line of this request id on. */
  abstract attestBeginning(requestId: string): Promise<Mac>;

  /** Whether the HSM host said so, one answer each. At most ATTESTATIONS_AT_ONCE. */
  abstract checkAttestations(attestations: readonly Attestation[]): Promise<readonly AttestationCheck[]>;

  /** Signs under the current key of this kind. */
  abstract sign(kind: SigningKind, input: Buffer): Promise<Signature>;

  /** Current and accepted keys of this kind. Answered from memory. */
  abstract signingKeys<Kind extends SigningKind>(kind: Kind): readonly SigningKeys[Kind][];

  /** Current and accepted transport keys; retired ones only by kid state. Answered from memory. */
  abstract transportKeys(): readonly TransportKey[];

  /** State of any registered transport generation by kid, or undefined for an unknown kid. */
  abstract transportKeyState(kid: string): KeyState | undefined;

  /** The keys this process works with, as they were registered when it took them up. Answered from memory. */
  abstract registeredKeys(): readonly RegisteredKey[];

  /**
   * Takes up what was registered or changed since, without disturbing what is running.
   *
   * @throws HsmFault when a registered key cannot be used here; work goes on with the keys there were
   */
  abstract refreshKeys(): Promise<void>;

  abstract health(): HsmHealth;

  /** Ends intake, waits for what is running up to its bounds, stops the HSM host. */
  abstract close(): Promise<void>;
}
