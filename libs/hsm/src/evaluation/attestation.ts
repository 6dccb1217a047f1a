import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import type {
  Attestation,
  AttestationCheck,
  AttestedClaim,
  AttestedVerdict,
  EvaluationName,
  VerdictMac,
} from '../contract/attestation.js';
import type { CardIdentity, Mac } from '../contract/pin-hsm.js';
import { PinVerifier } from '../contract/pin-verifier.js';
import { hmacSha256, lengthPrefixed } from './verifier-mac.js';

const KEY_CONTEXT = 'pinward:host-attestation-key';
/**
 * The HSM makes the attestation key from this message, under a lookup key. If the MACs' input changes, so must the
 * version.
 */
export const ATTESTATION_KEY_MESSAGE = lengthPrefixed(KEY_CONTEXT, 'v1');
const RESERVED = lengthPrefixed(KEY_CONTEXT);
const NOTHING = Buffer.alloc(0);

/** Whether the HMAC of this text is, or may become, a key that only the host may know. */
export function isReserved(input: Buffer): boolean {
  return input.subarray(0, RESERVED.length).equals(RESERVED);
}

/** SHA-256 over value, salt and generation (4 bytes, big endian): this is how audit lines name a verifier. */
export function verifierHash({ value, salt, generation }: PinVerifier): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(generation);
  return createHash('sha256').update(value).update(salt).update(number).digest();
}

/** A claim with the verifier itself. Only the host makes such MACs, and only for verifiers that it made. */
export interface VerifierBinding {
  readonly card: CardIdentity;
  /** The card's event number before the event that stores the verifier. */
  readonly eventNo: string;
}

/**
 * The keys with which the HSM host signs its decisions, one for each usable generation of the lookup key. They are made
 * in the host and never leave it. They redact themselves, and are zeroed when disposed of.
 */
export class AttestationKeys implements Disposable {
  readonly #keys: ReadonlyMap<number, Buffer>;

  /** @param keys 32 bytes each; this object owns them from now on */
  constructor(
    keys: ReadonlyMap<number, Buffer>,
    private readonly current: number,
  ) {
    this.#keys = keys;
  }

  /** @param compared the verifier that was compared; null if there was none */
  verdict(
    card: CardIdentity,
    evaluation: EvaluationName,
    { verdict, compared }: { readonly verdict: AttestedVerdict; readonly compared: PinVerifier | null },
  ): VerdictMac {
    const hash = compared === null ? NOTHING : verifierHash(compared);
    const claim = { kind: 'verdict', ...card, ...evaluation, verdict, compared: hash } as const;
    return { ...this.mac(claim), compared: hash };
  }

  /** The same verifier with its place attested. */
  bound(verifier: PinVerifier, { card, eventNo }: VerifierBinding): PinVerifier {
    const mac = this.mac({ kind: 'verifier', ...card, eventNo, verifierHash: verifierHash(verifier) });
    return new PinVerifier(verifier.generation, verifier.salt, verifier.value, mac);
  }

  beginning(requestId: string): Mac {
    return this.mac({ kind: 'beginning', requestId });
  }

  check({ claim, mac }: Attestation): AttestationCheck {
    const key = this.#keys.get(mac.generation);
    if (key === undefined) return 'unknown-key';
    const expected = hmacSha256(key, inputOf(claim));
    return mac.value.length === expected.length && timingSafeEqual(mac.value, expected)
      ? 'authentic'
      : 'forged';
  }

  toString(): string {
    return '[AttestationKeys redacted]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }

  [Symbol.dispose](): void {
    for (const key of this.#keys.values()) key.fill(0);
  }

  private mac(claim: AttestedClaim): Mac {
    const key = this.#keys.get(this.current);
    if (key === undefined) throw new Error('there is no current attestation key');
    return { generation: this.current, value: hmacSha256(key, inputOf(claim)) };
  }
}

/** Each kind has its own context, and every part is preceded by its length. */
function inputOf(claim: AttestedClaim): Buffer {
  switch (claim.kind) {
    case 'verdict': {
      const { tenantId, cardId, evaluationId, eventNo, operation, verdict, compared } = claim;
      const names = [tenantId, cardId, evaluationId, eventNo, operation, verdict];
      return lengthPrefixed('pinward:attested-verdict:v1', ...names, compared);
    }
    case 'verifier':
      return lengthPrefixed(
        'pinward:attested-verifier:v1',
        claim.tenantId,
        claim.cardId,
        claim.eventNo,
        claim.verifierHash,
      );
    case 'beginning':
      return lengthPrefixed('pinward:attested-beginning:v1', claim.requestId);
  }
}
