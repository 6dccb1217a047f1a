import { QueuePermits } from '#libs/fair-semaphore';
import { HsmFault, HsmUnavailable } from '../contract/faults.js';
import {
  currentKey,
  isUsable,
  keyLabel,
  type KeyKind,
  type KeyState,
  type MacKind,
  type RegisteredKey,
  type SealKind,
  type Signature,
  type SigningKeys,
  type SigningKind,
  type TransportAlgorithm,
  type TransportKey,
} from '../contract/keys.js';
import type { Attestation, AttestationCheck } from '../contract/attestation.js';
import {
  ATTESTATIONS_AT_ONCE,
  PinHsm,
  PROTECTED_AT_ONCE,
  type CardIdentity,
  type EnrolPinRequest,
  type EnrolPinResult,
  type EvaluationBounds,
  type HsmHealth,
  type HsmPermit,
  type Mac,
  type MatchPinRequest,
  type MatchPinResult,
  type Protected,
  type ProtectRequest,
  type Sealed,
  type AssociatedData,
  type WeakPinTags,
} from '../contract/pin-hsm.js';
import { profileOf } from '../pkcs11/vendor-profiles.js';
import type { HsmSettings } from '../settings.js';
import {
  asBuffer,
  cardFields,
  evaluationFields,
  macOf,
  verdictMacOf,
  verifierFields,
  verifierOf,
} from './messages.js';
import type { HostSupervisor } from './host-supervisor.js';
import { KnownAnswerTests } from './known-answer-tests.js';
import type { OperationBounds } from './pending-operations.js';
import { authenticated, protectedBy, protectTask } from './protecting.js';
import { SealReserves } from './seal-reserves.js';
import { TimedOperations } from './hsm-lag.js';

/** A known-answer test may take so many evaluation windows. */
const KNOWN_ANSWER_WINDOWS = 4;

export interface HostedPinHsmOptions extends Pick<
  HsmSettings,
  'profile' | 'profileChanges' | 'reserveSeals' | 'lagMs' | 'onOperation'
> {
  readonly queueCapacity: number;
  readonly evaluationWindowMs: number;
}

/** The contract, fulfilled by an HSM host process: one message for each operation. */
export class HostedPinHsm extends PinHsm {
  readonly #permits: QueuePermits;
  readonly #seals: SealReserves;
  readonly #timed: TimedOperations;
  readonly #transportAlgorithm: TransportAlgorithm;
  readonly #knownAnswerTests: KnownAnswerTests;
  #closed = false;

  constructor(
    private readonly supervisor: HostSupervisor,
    private readonly options: HostedPinHsmOptions,
  ) {
    super();
    this.#permits = new QueuePermits(options.queueCapacity, (why) => new HsmUnavailable(`HSM: ${why}`));
    this.#seals = new SealReserves(options.reserveSeals);
    this.#timed = new TimedOperations(supervisor, options);
    this.#transportAlgorithm = profileOf(options.profile, options.profileChanges).transportAlgorithm;
    this.#knownAnswerTests = new KnownAnswerTests(supervisor, () => this.testKnownAnswer());
  }

  override reserve(tenantId?: string): HsmPermit {
    if (this.#closed) throw new HsmUnavailable('the HSM is closed');
    const { trouble } = this.supervisor;
    if (trouble !== null) throw new HsmUnavailable(trouble);
    return this.#permits.reserve(tenantId);
  }

  override async matchPin(permit: HsmPermit, request: MatchPinRequest): Promise<MatchPinResult> {
    this.#permits.assertHeld(permit);
    const { card, evaluation, envelope, verifier, bounds } = request;
    const { startBefore } = bounds;
    const reply = await this.#timed.perform(
      {
        kind: 'match',
        card: cardFields(card),
        evaluation: evaluationFields(evaluation),
        ...envelope,
        verifier: verifierFields(verifier),
        startBefore,
      },
      evaluationBounds(bounds),
    );
    const verdictMac = verdictMacOf(reply.verdictMac);
    if (!reply.matched) return { matched: false, verdictMac };
    const renewed = reply.renewed === null ? null : verifierOf(reply.renewed);
    return { matched: true, verdictMac, renewed };
  }

  override async enrolPin(permit: HsmPermit, request: EnrolPinRequest): Promise<EnrolPinResult> {
    this.#permits.assertHeld(permit);
    const { card, envelope, eventNo, weakPins, bounds } = request;
    const evaluation = request.evaluation === null ? null : evaluationFields(request.evaluation);
    const history = request.history.map(verifierFields);
    const { startBefore } = bounds;
    const reply = await this.#timed.perform(
      {
        kind: 'enrol',
        card: cardFields(card),
        evaluation,
        eventNo,
        ...envelope,
        weakPins,
        history,
        startBefore,
      },
      evaluationBounds(bounds),
    );
    return reply.outcome === 'enrolled' ? { ...reply, verifier: verifierOf(reply.verifier) } : reply;
  }

  override async tagWeakPins({
    cardId,
    pinAccount,
  }: CardIdentity & { pinAccount: string }): Promise<WeakPinTags> {
    using _permit = this.reserve();
    const task = { kind: 'tag-weak-pins', cardId, pinAccount } as const;
    const { generation, nonce, tags } = await this.#timed.perform(task, this.ownBounds());
    return { generation, nonce: asBuffer(nonce), tags: asBuffer(tags) };
  }

  override async mac(kind: MacKind, input: Buffer, generation = this.currentGeneration(kind)): Promise<Mac> {
    using _permit = this.reserve();
    const key = { kind, generation };
    const value = await this.#timed.perform({ kind: 'mac', key, input }, this.ownBounds());
    return { generation, value: asBuffer(value) };
  }

  override async seal(kind: SealKind, value: Buffer, associatedData: AssociatedData): Promise<Sealed> {
    using _permit = this.reserve();
    const key = { kind, generation: this.currentGeneration(kind) };
    await this.#seals.take(key);
    const task = { kind: 'seal', key, value, associatedData: authenticated(key, associatedData) } as const;
    const bytes = await this.#timed.perform(task, this.ownBounds());
    return { generation: key.generation, bytes: asBuffer(bytes) };
  }

  override async protect(request: ProtectRequest): Promise<Protected> {
    const operations = request.seals.length + request.macs.length;
    if (operations > PROTECTED_AT_ONCE) throw new HsmUnavailable('too many to protect at once');
    using _permit = this.reserve(request.tenantId);
    const task = protectTask(request, (kind) => this.currentGeneration(kind));
    for (const { key } of task.seals) await this.#seals.take(key);
    const reply = await this.#timed.perform(task, this.ownBounds(), Math.max(1, operations));
    return protectedBy(task, reply);
  }

  override async open(
    kind: SealKind,
    { generation, bytes }: Sealed,
    associatedData: AssociatedData,
  ): Promise<Buffer> {
    using _permit = this.reserve();
    const key = { kind, generation };
    const task = { kind: 'open', key, bytes, associatedData: authenticated(key, associatedData) } as const;
    return asBuffer(await this.#timed.perform(task, this.ownBounds()));
  }

  override async attestBeginning(requestId: string): Promise<Mac> {
    using _permit = this.reserve();
    return macOf(await this.#timed.perform({ kind: 'attest-beginning', requestId }, this.ownBounds()));
  }

  override async checkAttestations(
    attestations: readonly Attestation[],
  ): Promise<readonly AttestationCheck[]> {
    if (attestations.length > ATTESTATIONS_AT_ONCE) throw new HsmUnavailable('too many to check at once');
    using _permit = this.reserve();
    return await this.#timed.perform({ kind: 'check-attestations', attestations }, this.ownBounds());
  }

  override async sign(kind: SigningKind, input: Buffer): Promise<Signature> {
    using _permit = this.reserve();
    const task = { kind: 'sign', keyKind: kind, input } as const;
    const { kid, value } = await this.#timed.perform(task, this.ownBounds());
    return { kid, value: asBuffer(value) };
  }

  override signingKeys<Kind extends SigningKind>(kind: Kind): readonly SigningKeys[Kind][] {
    const { tokenSigningKeys, ecSigningKeys } = this.supervisor.report;
    const keys: { readonly [Each in SigningKind]: readonly SigningKeys[Each][] } = {
      'token-signing': this.published('token-signing', tokenSigningKeys),
      'audit-signing': this.published('audit-signing', ecSigningKeys['audit-signing']),
      'manifest-signing': this.published('manifest-signing', ecSigningKeys['manifest-signing']),
    };
    return keys[kind];
  }

  override transportKeys(): readonly TransportKey[] {
    const keys = this.published('pin-transport', this.supervisor.report.transportKeys);
    return keys.map((key) => ({ ...key, alg: this.#transportAlgorithm }));
  }

  override transportKeyState(kid: string): KeyState | undefined {
    return stateNow(this.registered('pin-transport', kid));
  }

  override registeredKeys(): readonly RegisteredKey[] {
    return this.supervisor.settings.token.registeredKeys;
  }

  override async refreshKeys(): Promise<void> {
    await this.supervisor.takeUpKeys().catch((fault: unknown) => {
      if (fault instanceof HsmFault) throw fault;
      throw new HsmUnavailable('the registered keys could not be read', { cause: fault });
    });
  }

  override health(): HsmHealth {
    const { keyTrouble, report } = this.supervisor;
    const trouble = this.#closed ? 'the HSM is closed' : this.supervisor.trouble;
    const { passedAt: knownAnswerTestAt, failure } = this.#knownAnswerTests;
    const warnings = [...report.warnings, ...[trouble, keyTrouble, failure].filter((text) => text !== null)];
    const replaced = { count: this.supervisor.replacements, cause: this.supervisor.lastTrouble };
    return { ready: trouble === null, trouble, replaced, lag: this.#timed.lag, knownAnswerTestAt, warnings };
  }

  override async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#knownAnswerTests.stop();
    await this.supervisor.close();
  }

  /** Keys that the token holds and that have not expired, as the database records it. */
  private published<Part extends { readonly kid: string }>(
    kind: KeyKind,
    held: readonly Part[],
  ): readonly (Part & { readonly current: boolean; readonly expiresAt: Date | null })[] {
    return held.flatMap((part) => {
      const registered = this.registered(kind, part.kid);
      const state = stateNow(registered);
      if (registered === undefined || state === undefined || !isUsable({ state })) return [];
      return [{ ...part, current: state === 'current', expiresAt: registered.expiresAt }];
    });
  }

  private currentGeneration(kind: KeyKind): number {
    const current = currentKey(this.registeredKeys(), kind);
    if (current === undefined) throw new HsmUnavailable(`no ${kind} generation is current`);
    return current.generation;
  }

  private registered(kind: KeyKind, kid: string): RegisteredKey | undefined {
    return this.registeredKeys().find((key) => key.kind === kind && keyLabel(key) === kid);
  }

  /** One test makes many calls: on a slow HSM it takes several times as long as an evaluation. */
  private async testKnownAnswer(): Promise<void> {
    const bounds = this.ownBounds(KNOWN_ANSWER_WINDOWS);
    await this.#timed.perform({ kind: 'known-answer' }, bounds, KNOWN_ANSWER_WINDOWS);
  }

  /** Bounds of an operation without a try. */
  private ownBounds(windows = 1): OperationBounds {
    const end = process.hrtime.bigint() + BigInt(windows * this.options.evaluationWindowMs) * 1_000_000n;
    return { startBefore: end, endBefore: end, evaluation: false };
  }
}

function stateNow(key: RegisteredKey | undefined): KeyState | undefined {
  if (key === undefined) return undefined;
  const expired = key.expiresAt !== null && !(key.expiresAt.getTime() > Date.now());
  return expired ? 'retired' : key.state;
}

function evaluationBounds(bounds: EvaluationBounds): OperationBounds {
  return { ...bounds, evaluation: true };
}
