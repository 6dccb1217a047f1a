import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  generateKeyPairSync,
  privateDecrypt,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { QueuePermits } from '#libs/fair-semaphore';
import {
  DeviceFault,
  EnvelopeUnreadable,
  HsmFault,
  HsmUnavailable,
  lengthPrefixed,
  PinHsm,
  PROTECTED_AT_ONCE,
  SealBroken,
  type Attestation,
  type AttestationCheck,
  type AttestedVerdict,
  type CardIdentity,
  type EcSigningKey,
  type EcSigningKind,
  type EnrolPinRequest,
  type EnrolPinResult,
  type HsmHealth,
  type HsmPermit,
  type KeyState,
  type Mac,
  type MacKind,
  type MatchPinRequest,
  type MatchPinResult,
  type PinEnvelope,
  type PinVerifier,
  type Protected,
  type ProtectRequest,
  type RegisteredKey,
  type Sealed,
  type SealKind,
  type AssociatedData,
  type Signature,
  type SigningKeys,
  type SigningKind,
  type TransportKey,
  type WeakPinTags,
} from '#libs/hsm';
import { fieldFor, PIN_FIELD_BYTES } from '#libs/client/pin-block';
import {
  AttestationKeys,
  type Judge,
  type OpenedPin,
  isReserved,
  judgeEnrolment,
  judgeMatch,
  weakPinTag,
} from '#libs/hsm/pkcs11';

const KID = 'pin-transport-1';
/** RFC 3394, section 2.2.3.1. */
const AES_KW_DEFAULT_IV = Buffer.alloc(8, 0xa6);

/** To find their primes takes longer than most tests, so all fakes of a process share them. */
const RSA = {
  'token-signing': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'pin-transport': generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

export interface FakeHsmOptions {
  readonly weakPins?: readonly string[];
  readonly queueCapacity?: number;
  /** Generation of the pin-wrapping key for new verifiers; all below it are still known. */
  readonly currentWrapping?: number;
  readonly clock?: () => bigint;
}

/**
 * The HSM contract in one process, for tests of the domain: real RSA-OAEP, AES key wrap and HMACs, the same judging as
 * the real one, no token. It does not protect secrets, but passes the contract's suite.
 */
export class FakeHsm extends PinHsm {
  /** Evaluations that reached the private key, by card: a try counter must limit these. */
  readonly evaluations = new Map<string, number>();
  /** Cards whose weak PINs were tagged, one entry for each time. */
  readonly taggings: string[] = [];
  readonly warnings: string[] = [];
  ready = true;
  readonly #faults: HsmFault[] = [];
  readonly #permits: QueuePermits;
  readonly #macKeys = { lookup: randomBytes(32), otp: randomBytes(32) };
  readonly #sealKeys = { 'card-vault': randomBytes(32), secrets: randomBytes(32) };
  readonly #signing = {
    'token-signing': RSA['token-signing'],
    'audit-signing': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'manifest-signing': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  };
  #closed = false;

  private constructor(
    private readonly transport: { readonly privateKey: KeyObject; readonly published: TransportKey },
    private readonly wrappingKeys: ReadonlyMap<number, Buffer>,
    private readonly options: Required<FakeHsmOptions>,
    private readonly attestation = new AttestationKeys(new Map([[1, randomBytes(32)]]), 1),
  ) {
    super();
    this.#permits = new QueuePermits(options.queueCapacity, (why) => new HsmUnavailable(why));
  }

  static async open(options: FakeHsmOptions = {}): Promise<FakeHsm> {
    const all = { weakPins: ['1234'], queueCapacity: 64, currentWrapping: 1, ...options };
    const wrappingKeys = new Map(
      Array.from({ length: all.currentWrapping }, (_, index) => [index + 1, randomBytes(32)]),
    );
    const required = { clock: process.hrtime.bigint, ...all };
    return new FakeHsm(transportKey(), wrappingKeys, required);
  }

  /** The same keys with another generation current, as after a rotation of pin-wrapping. */
  rotated(currentWrapping: number): FakeHsm {
    const keys = new Map(this.wrappingKeys);
    if (!keys.has(currentWrapping)) keys.set(currentWrapping, randomBytes(32));
    return new FakeHsm(this.transport, keys, { ...this.options, currentWrapping }, this.attestation);
  }

  /** The next evaluations end with these faults, one each; HsmUnavailable is thrown before the private key is used. */
  failNext(...faults: readonly HsmFault[]): void {
    this.#faults.push(...faults);
  }

  override reserve(tenantId?: string): HsmPermit {
    if (this.#closed || !this.ready) throw new HsmUnavailable('the fake is not ready');
    return this.#permits.reserve(tenantId);
  }

  override async matchPin(permit: HsmPermit, request: MatchPinRequest): Promise<MatchPinResult> {
    this.#permits.assertHeld(permit);
    return judgeMatch(await this.openPin(request, request.verifier), request, this.judge());
  }

  override async enrolPin(permit: HsmPermit, request: EnrolPinRequest): Promise<EnrolPinResult> {
    this.#permits.assertHeld(permit);
    return judgeEnrolment(await this.openPin(request, null), request, this.judge());
  }

  override async tagWeakPins(card: CardIdentity & { readonly pinAccount: string }): Promise<WeakPinTags> {
    using _permit = this.reserve();
    this.taggings.push(card.cardId);
    const generation = this.options.currentWrapping;
    const nonce = randomBytes(16);
    const tags = this.options.weakPins.map(async (pin) => {
      const field = await fieldFor(pin, card.pinAccount, card.cardId);
      return weakPinTag(this.wrap(Buffer.from(field)).r0(generation), nonce);
    });
    const sorted = (await Promise.all(tags)).toSorted((one, other) => one.compare(other));
    return { generation, nonce, tags: Buffer.concat(sorted) };
  }

  override async mac(kind: MacKind, input: Buffer, generation = 1): Promise<Mac> {
    using _permit = this.reserve();
    assertHeld(kind, generation);
    if (isReserved(input)) throw new HsmUnavailable('an HMAC of this text is made for the HSM host alone');
    return { generation, value: createHmac('sha256', this.#macKeys[kind]).update(input).digest() };
  }

  override async seal(kind: SealKind, value: Buffer, associatedData: AssociatedData): Promise<Sealed> {
    using _permit = this.reserve();
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#sealKeys[kind], iv);
    cipher.setAAD(lengthPrefixed(kind, ...associatedData));
    const bytes = Buffer.concat([iv, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
    return { generation: 1, bytes };
  }

  override async protect({ tenantId, seals, macs }: ProtectRequest): Promise<Protected> {
    if (seals.length + macs.length > PROTECTED_AT_ONCE)
      throw new HsmUnavailable('too many to protect at once');
    this.reserve(tenantId)[Symbol.dispose]();
    return {
      seals: await Promise.all(
        seals.map(({ kind, value, associatedData }) => this.seal(kind, value, associatedData)),
      ),
      macs: await Promise.all(macs.map(({ kind, input }) => this.mac(kind, input))),
    };
  }

  override async open(
    kind: SealKind,
    { generation, bytes }: Sealed,
    associatedData: AssociatedData,
  ): Promise<Buffer> {
    using _permit = this.reserve();
    assertHeld(kind, generation);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#sealKeys[kind], bytes.subarray(0, 12), {
        authTagLength: 16,
      });
      decipher.setAAD(lengthPrefixed(kind, ...associatedData)).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    } catch {
      throw new SealBroken('the seal is broken');
    }
  }

  override async attestBeginning(requestId: string): Promise<Mac> {
    return this.attestation.beginning(requestId);
  }

  override async checkAttestations(
    attestations: readonly Attestation[],
  ): Promise<readonly AttestationCheck[]> {
    return attestations.map((attestation) => this.attestation.check(attestation));
  }

  override async sign(kind: SigningKind, input: Buffer): Promise<Signature> {
    using _permit = this.reserve();
    const key = { key: this.#signing[kind].privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return { kid: `${kind}-1`, value: sign('sha256', input, key) };
  }

  override signingKeys<Kind extends SigningKind>(kind: Kind): readonly SigningKeys[Kind][] {
    const { n = '', e = '' } = this.#signing['token-signing'].publicKey.export({ format: 'jwk' });
    const keys: { readonly [Each in SigningKind]: readonly SigningKeys[Each][] } = {
      'token-signing': [{ kid: 'token-signing-1', n, e, current: true, expiresAt: null }],
      'audit-signing': this.ecKeys('audit-signing'),
      'manifest-signing': this.ecKeys('manifest-signing'),
    };
    return keys[kind];
  }

  override transportKeys(): readonly TransportKey[] {
    return [this.transport.published];
  }

  override transportKeyState(kid: string): KeyState | undefined {
    return kid === KID ? 'current' : undefined;
  }

  override registeredKeys(): readonly RegisteredKey[] {
    return [];
  }

  /** No ceremony can reach this one. */
  override async refreshKeys(): Promise<void> {}

  override health(): HsmHealth {
    const lag = { lagging: false, limitMs: 1_000, oldestWaitMs: 0, p99Ms: 0, underWay: 0 };
    const ready = this.ready && !this.#closed;
    const trouble = ready ? null : 'not ready';
    const replaced = { count: 0, cause: null };
    return { ready, trouble, replaced, lag, knownAnswerTestAt: null, warnings: this.warnings };
  }

  override async close(): Promise<void> {
    this.#closed = true;
  }

  private ecKeys(kind: EcSigningKind): readonly EcSigningKey[] {
    const { x = '', y = '' } = this.#signing[kind].publicKey.export({ format: 'jwk' });
    return [{ kid: `${kind}-1`, x, y, current: true, expiresAt: null }];
  }

  private judge(): Judge {
    return { current: this.options.currentWrapping, attestation: this.attestation };
  }

  /** Answers of its host are attested; HsmUnavailable stands for a host that is gone. */
  private async openPin(
    request: MatchPinRequest | EnrolPinRequest,
    compared: PinVerifier | null,
  ): Promise<OpenedPin> {
    try {
      return await this.openEnvelope(request);
    } catch (fault) {
      const { card, evaluation } = request;
      const verdict = attestedVerdict(fault, compared);
      if (fault instanceof HsmFault && evaluation !== null && verdict !== null) {
        const seen = verdict === 'given-back' ? null : compared;
        fault.verdictMac = this.attestation.verdict(card, evaluation, { verdict, compared: seen });
      }
      throw fault;
    }
  }

  private async openEnvelope({
    card,
    envelope,
    bounds,
  }: MatchPinRequest | EnrolPinRequest): Promise<OpenedPin> {
    const fault = this.#faults.shift();
    if (fault instanceof HsmUnavailable) throw fault;
    if (envelope.kid !== KID) throw new HsmUnavailable('unknown key');
    if (this.options.clock() > bounds.startBefore) throw new HsmUnavailable('too late to start');
    this.evaluations.set(card.cardId, (this.evaluations.get(card.cardId) ?? 0) + 1);
    if (fault !== undefined) throw fault;
    return this.wrap(decrypt(this.transport.privateKey, envelope));
  }

  private wrap(field: Buffer): OpenedPin {
    return {
      r0: (generation) => {
        const key = this.wrappingKeys.get(generation);
        if (key === undefined) throw new HsmUnavailable(`pin-wrapping-${generation} is not held`);
        const cipher = createCipheriv('id-aes256-wrap', key, AES_KW_DEFAULT_IV);
        return Buffer.concat([cipher.update(field), cipher.final()]);
      },
    };
  }
}

function attestedVerdict(fault: unknown, compared: PinVerifier | null): AttestedVerdict | null {
  if (fault instanceof EnvelopeUnreadable) return compared === null ? null : 'unreadable';
  return fault instanceof DeviceFault ? 'given-back' : null;
}

function assertHeld(kind: string, generation: number): void {
  if (generation !== 1) throw new HsmUnavailable(`${kind}-${generation} is not held`);
}

function decrypt(key: KeyObject, { ciphertext }: PinEnvelope): Buffer {
  try {
    const field = privateDecrypt(
      { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      ciphertext,
    );
    if (field.length === PIN_FIELD_BYTES) return field;
  } catch {
    // One indistinguishable failure, like the real one.
  }
  throw new EnvelopeUnreadable('the envelope does not open');
}

function transportKey(): { privateKey: KeyObject; published: TransportKey } {
  const { privateKey, publicKey } = RSA['pin-transport'];
  const { n, e } = publicKey.export({ format: 'jwk' });
  if (n === undefined || e === undefined) throw new Error('not an RSA key');
  const published = { kid: KID, alg: 'RSA-OAEP', n, e, current: true, expiresAt: null } as const;
  return { privateKey, published };
}
