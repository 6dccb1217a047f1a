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
 * Time limits of one evaluation on the monotonic clock (`process.hrtime.bigint()`, nanoseconds; on Linux the same clock
 * in every process). Both are computed from a reading before the try was spent.
 */
export interface EvaluationBounds {
  /** After this the worker does not touch the envelope: HsmUnavailable. */
  readonly startBefore: bigint;
  /** After this no verdict counts: EvaluationLost. */
  readonly endBefore: bigint;
}

/** The right to have one operation in the HSM queue. Reserve before spending a try, dispose on every path. */
export interface HsmPermit extends Disposable {
  readonly number: number;
}

export interface MatchPinRequest {
  readonly card: CardIdentity;
  /** The evaluation for which the verdict, and a renewed verifier, are attested. */
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
  /** The evaluation it belongs to; null when no try is spent. */
  readonly evaluation: EvaluationName | null;
  /** The card's event number as it was read, decimal; the new verifier belongs to the next one. */
  readonly eventNo: string;
  readonly envelope: PinEnvelope;
  readonly weakPins: WeakPinTags;
  /** Verifiers of earlier PINs that may not come back, the current one included. */
  readonly history: readonly PinVerifier[];
  readonly bounds: EvaluationBounds;
}

export type EnrolPinResult =
  | { readonly outcome: 'enrolled'; readonly verifier: PinVerifier }
  /** The answer never says which entry matched (docs/pin-envelope.md). */
  | { readonly outcome: 'too-weak' }
  | { readonly outcome: 'reused' };

/** A value sealed with AES-256-GCM under a key of this generation. Nothing in it is secret. */
export interface Sealed {
  readonly generation: number;
  /**
   * IV (12 bytes from the HSM's generator; or marked, and up to 16, where the HSM makes it), ciphertext, tag (16
   * bytes).
   */
  readonly bytes: Buffer;
}

/** The place of a sealed value, e.g. tenant, table and column, row: it opens only there. */
export type AssociatedData = readonly string[];

/** Values to seal and texts to MAC, each kind under its current key. */
export interface ProtectRequest {
  /** Whose they are: tenants take turns for the workers. */
  readonly tenantId: string;
  readonly seals: readonly {
    readonly kind: SealKind;
    readonly value: Buffer;
    readonly associatedData: AssociatedData;
  }[];
  readonly macs: readonly { readonly kind: MacKind; readonly input: Buffer }[];
}

/** In the order of the request. */
export interface Protected {
  readonly seals: readonly Sealed[];
  readonly macs: readonly Mac[];
}

/** Operations in one protect: few enough that what waits behind them at a worker hardly waits. */
export const PROTECTED_AT_ONCE = 32;

/** So many that the messages cost little, and few enough for some milliseconds of a worker's time. */
export const ATTESTATIONS_AT_ONCE = 1_000;

/** How long operations wait for the HSM, queue included; milliseconds. */
export interface HsmLag {
  /** Longer than they should. They are still served, but an operator should look. */
  readonly lagging: boolean;
  /** Above this it lags. */
  readonly limitMs: number;
  /** How long the oldest operation under way has waited. */
  readonly oldestWaitMs: number;
  /** For the operations of the last minute, the newest thousand at most; 0 if there were none. */
  readonly p99Ms: number;
  readonly underWay: number;
}

export interface HsmHealth {
  readonly ready: boolean;
  /** Why not; null while it is. */
  readonly trouble: string | null;
  /** Hosts that were replaced since the start, and why the last one was. */
  readonly replaced: { readonly count: number; readonly cause: string | null };
  readonly lag: HsmLag;
  /** When the known-answer test last passed; null before the first. */
  readonly knownAnswerTestAt: Date | null;
  /** What an operator must know although the service runs, e.g. that C_DigestKey is open. */
  readonly warnings: readonly string[];
}

/**
 * The HSM in the domain's words; no PKCS#11 term goes beyond this class. A clear PIN never appears on either side of
 * it. Every method rejects only with an HsmFault.
 */
export abstract class PinHsm {
  /**
   * @param tenantId the tenant of the evaluation, which has a share of the queue; absent for the service's own work
   * @throws HsmUnavailable when the queue or the tenant's share is full, or the HSM is not ready; then nothing has been
   *   dispatched.
   */
  abstract reserve(tenantId?: string): HsmPermit;

  /** Compares the PIN inside the envelope with the card's verifier, in constant time, inside the HSM's worker. */
  abstract matchPin(permit: HsmPermit, request: MatchPinRequest): Promise<MatchPinResult>;

  /** Tags of the weak PINs of all lengths for this card; made before a try is spent. Takes its own permits. */
  abstract tagWeakPins(card: CardIdentity & { readonly pinAccount: string }): Promise<WeakPinTags>;

  /** Turns the PIN inside the envelope into a verifier, unless it is weak or was used before. */
  abstract enrolPin(permit: HsmPermit, request: EnrolPinRequest): Promise<EnrolPinResult>;

  /** HMAC-SHA256 under the current key of this kind, or under the generation that made an earlier HMAC. */
  abstract mac(kind: MacKind, input: Buffer, generation?: number): Promise<Mac>;

  /** Encrypts and authenticates under the current key of this kind. */
  abstract seal(kind: SealKind, value: Buffer, associatedData: AssociatedData): Promise<Sealed>;

  /**
   * Seals and MACs by one worker, one after the other: for imports, which would otherwise have a message for each. At most
   * PROTECTED_AT_ONCE.
   */
  abstract protect(request: ProtectRequest): Promise<Protected>;

  /** @throws SealBroken when the bytes, their generation or their associated data are not those they were sealed with */
  abstract open(kind: SealKind, sealed: Sealed, associatedData: AssociatedData): Promise<Buffer>;

  /** The HSM host's word that verdicts are attested from the line of this request id on. */
  abstract attestBeginning(requestId: string): Promise<Mac>;

  /** Checks whether the HSM host made them, with one answer each. At most ATTESTATIONS_AT_ONCE. */
  abstract checkAttestations(attestations: readonly Attestation[]): Promise<readonly AttestationCheck[]>;

  /** Signs under the current key of this kind. */
  abstract sign(kind: SigningKind, input: Buffer): Promise<Signature>;

  /** Current and accepted keys of this kind. Answered from memory. */
  abstract signingKeys<Kind extends SigningKind>(kind: Kind): readonly SigningKeys[Kind][];

  /** Current and accepted transport keys. A retired one is known only to transportKeyState. Answered from memory. */
  abstract transportKeys(): readonly TransportKey[];

  /** State of any registered transport generation by kid, or undefined for an unknown kid. */
  abstract transportKeyState(kid: string): KeyState | undefined;

  /** The keys that this process uses, as they were registered when it took them up. Answered from memory. */
  abstract registeredKeys(): readonly RegisteredKey[];

  /**
   * Takes up keys that were registered or changed since, without disturbing running operations.
   *
   * @throws HsmFault when a registered key cannot be used here; work goes on with the earlier keys
   */
  abstract refreshKeys(): Promise<void>;

  abstract health(): HsmHealth;

  /** Takes no new operations, waits for running ones up to their bounds, stops the HSM host. */
  abstract close(): Promise<void>;
}
