import type { AttestationCheck, AttestedClaim, EvaluationName, VerdictMac } from '../contract/attestation.js';
import type { MacKind, SealKind, SigningKind } from '../contract/keys.js';
import type { CardIdentity, Mac } from '../contract/pin-hsm.js';
import type { StartReport } from '../pkcs11/start-token.js';
import type { TokenSettings } from '../pkcs11/token.js';
import type { LedgerEntry } from './dispatch-ledger.js';
import { PinVerifier } from '../contract/pin-verifier.js';

/** A verifier after structured clone: its class is gone, its fields remain, and Buffers are Uint8Arrays. */
export interface VerifierFields {
  readonly generation: number;
  readonly salt: Uint8Array;
  readonly value: Uint8Array;
  readonly mac: MacFields | null;
}

export interface MacFields {
  readonly generation: number;
  readonly value: Uint8Array;
}

export interface VerdictMacFields extends MacFields {
  readonly compared: Uint8Array;
}

/** WeakPinTags after structured clone. */
export interface WeakPinTagFields {
  readonly generation: number;
  readonly nonce: Uint8Array;
  readonly tags: Uint8Array;
}

/** Every task names its operation and the place of its dispatch record. */
interface Task {
  readonly entry: LedgerEntry;
}

interface EnvelopeTask extends Task {
  readonly card: CardIdentity;
  readonly kid: string;
  readonly ciphertext: Uint8Array;
  readonly startBefore: bigint;
}

export interface MatchTask extends EnvelopeTask {
  readonly kind: 'match';
  readonly evaluation: EvaluationName;
  readonly verifier: VerifierFields;
}

export interface EnrolTask extends EnvelopeTask {
  readonly kind: 'enrol';
  readonly evaluation: EvaluationName | null;
  readonly eventNo: string;
  readonly weakPins: WeakPinTagFields;
  readonly history: readonly VerifierFields[];
}

export interface TagWeakPinsTask extends Task {
  readonly kind: 'tag-weak-pins';
  readonly cardId: string;
  readonly pinAccount: string;
}

export interface MacTask extends Task {
  readonly kind: 'mac';
  readonly key: { readonly kind: MacKind; readonly generation: number };
  readonly input: Uint8Array;
}

interface SealingTask extends Task {
  readonly key: { readonly kind: SealKind; readonly generation: number };
  readonly associatedData: Uint8Array;
}

export interface SealTask extends SealingTask {
  readonly kind: 'seal';
  readonly value: Uint8Array;
}

/** Seals and MACs for one tenant, one after the other. */
export interface ProtectTask extends Task {
  readonly kind: 'protect';
  readonly tenantId: string;
  readonly seals: readonly Pick<SealTask, 'key' | 'associatedData' | 'value'>[];
  readonly macs: readonly Pick<MacTask, 'key' | 'input'>[];
}

export interface OpenTask extends SealingTask {
  readonly kind: 'open';
  readonly bytes: Uint8Array;
}

export interface AttestBeginningTask extends Task {
  readonly kind: 'attest-beginning';
  readonly requestId: string;
}

export interface CheckAttestationsTask extends Task {
  readonly kind: 'check-attestations';
  readonly attestations: readonly { readonly claim: AttestedClaim; readonly mac: MacFields }[];
}

export interface SignTask extends Task {
  readonly kind: 'sign';
  readonly keyKind: SigningKind;
  readonly input: Uint8Array;
}

export interface KnownAnswerTask extends Task {
  readonly kind: 'known-answer';
}

export type HostTask =
  | MatchTask
  | EnrolTask
  | TagWeakPinsTask
  | MacTask
  | SealTask
  | ProtectTask
  | OpenTask
  | SignTask
  | AttestBeginningTask
  | CheckAttestationsTask
  | KnownAnswerTask;

/** Distributes over the union, so that each task keeps its own shape. */
type WithoutEntry<Each> = Each extends unknown ? Omit<Each, 'entry'> : never;
export type NewHostTask = WithoutEntry<HostTask>;

type MatchReply =
  | { matched: false; verdictMac: VerdictMacFields }
  | { matched: true; verdictMac: VerdictMacFields; renewed: VerifierFields | null };
type EnrolReply =
  { outcome: 'enrolled'; verifier: VerifierFields } | { outcome: 'too-weak' } | { outcome: 'reused' };

/** The reply to each task. */
export interface HostReplies {
  readonly match: MatchReply;
  readonly enrol: EnrolReply;
  readonly 'tag-weak-pins': WeakPinTagFields;
  readonly mac: Uint8Array;
  readonly seal: Uint8Array;
  readonly protect: { readonly seals: readonly Uint8Array[]; readonly macs: readonly Uint8Array[] };
  readonly open: Uint8Array;
  readonly sign: { readonly kid: string; readonly value: Uint8Array };
  readonly 'attest-beginning': MacFields;
  readonly 'check-attestations': readonly AttestationCheck[];
  readonly 'known-answer': null;
}

/**
 * A fault on its way to the parent, where it becomes one of the contract's classes. `no-session`: nothing was
 * dispatched, and the host cannot work any more. `device-lost`: the module says that device, token or login are gone.
 * `device`: something failed that may pass.
 */
export type FaultKind =
  | 'unreadable'
  | 'unavailable'
  | 'no-session'
  | 'lost'
  | 'device'
  | 'device-lost'
  | 'seal-broken'
  | 'given-up';

export type Outcome<Reply> =
  | { readonly reply: Reply }
  | {
      readonly fault: FaultKind;
      readonly message: string;
      /** The attested verdict, where the fault of an evaluation is one. */
      readonly verdictMac?: VerdictMacFields | null;
    };

/** The settings of a host and its workers. The token PIN is not among them: one worker reads it from a pipe, once. */
export interface HostSettings {
  readonly module: string;
  readonly workers: number;
  /** The value of SOFTHSM2_CONF, for the text of a refusal. */
  readonly softHsmConfiguration?: string | undefined;
  readonly weakPins: readonly string[];
  readonly token: TokenSettings;
}

/**
 * `login-refused` is final, and so is the second `login-unclear`: the PIN may have been judged. `failing` may pass: the
 * module or token did not answer correctly.
 */
export interface StartRefusal {
  readonly refusal: 'login-refused' | 'login-unclear' | 'misconfigured' | 'failing';
  readonly message: string;
}

/** Module, token and keys as the start-up checks found them; the wrapping generation is the current one. */
export type HostReport = StartReport;

export type ParentMessage =
  | { readonly kind: 'start'; readonly settings: HostSettings }
  | { readonly kind: 'run'; readonly tasks: readonly HostTask[] }
  | { readonly kind: 'stop' };

export type HostMessage =
  | { readonly kind: 'started'; readonly report: HostReport }
  | ({ readonly kind: 'refused' } & StartRefusal)
  | { readonly kind: 'done'; readonly answers: readonly Answer[] };

export interface Answer {
  readonly operation: number;
  readonly outcome: Outcome<unknown>;
}

/**
 * Structured clone between threads and processes turns Buffers into Uint8Arrays, while the binding and the contract
 * take only Buffers. The memory is shared, not copied.
 */
export function asBuffer(view: Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

export function macOf({ generation, value }: MacFields): Mac {
  return { generation, value: asBuffer(value) };
}

export function verdictMacOf(fields: VerdictMacFields): VerdictMac;
export function verdictMacOf(fields: VerdictMacFields | null): VerdictMac | null;
export function verdictMacOf(fields: VerdictMacFields | null): VerdictMac | null {
  return fields === null ? null : { ...macOf(fields), compared: asBuffer(fields.compared) };
}

export function verifierOf({ generation, salt, value, mac }: VerifierFields): PinVerifier {
  return new PinVerifier(generation, asBuffer(salt), asBuffer(value), mac === null ? null : macOf(mac));
}

/**
 * Collects items within one turn of the event loop and sends them as one message: with many operations in flight, the
 * system calls and wake-ups of single messages cost more than the messages themselves.
 */
export class Batch<Item> {
  #items: Item[] = [];

  constructor(private readonly send: (items: readonly Item[]) => void) {}

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === 1) setImmediate(() => this.flush());
  }

  private flush(): void {
    const items = this.#items;
    this.#items = [];
    this.send(items);
  }
}

/** Callers pass whole cards; only these two members go to the HSM host. */
export function cardFields({ tenantId, cardId }: CardIdentity): CardIdentity {
  return { tenantId, cardId };
}

export function evaluationFields({ evaluationId, operation, eventNo }: EvaluationName): EvaluationName {
  return { evaluationId, operation, eventNo };
}

export function verifierFields({ generation, salt, value }: PinVerifier): VerifierFields {
  return { generation, salt, value, mac: null };
}
