export interface CardIdentity {
  readonly tenantId: string;
  /** Lower-case UUID. */
  readonly cardId: string;
}

/** An HMAC-SHA256 (32 bytes), and the generation of the key that made it. */
export interface Mac {
  readonly generation: number;
  readonly value: Buffer;
}

/** The evaluation for which the HSM host attests a verdict; the MAC is valid for no other. */
export interface EvaluationName {
  /** Lower-case UUID. */
  readonly evaluationId: string;
  readonly operation: 'validate' | 'change';
  /** The card's event number after the spend, decimal. */
  readonly eventNo: string;
}

/** The verdicts that a host can know. */
export type AttestedVerdict = 'matched' | 'not-matched' | 'unreadable' | 'given-back';

/** The host's word for a verdict. */
export interface VerdictMac extends Mac {
  /** SHA-256 of the verifier that was compared (verifierHash), 32 bytes; empty where none was. */
  readonly compared: Buffer;
}

interface VerdictClaim extends CardIdentity, EvaluationName {
  readonly kind: 'verdict';
  readonly verdict: string;
  readonly compared: Buffer;
}

/** This verifier became this card's with the event after `eventNo`. */
interface VerifierClaim extends CardIdentity {
  readonly kind: 'verifier';
  readonly eventNo: string;
  /** verifierHash, 32 bytes. */
  readonly verifierHash: Buffer;
}

/** Verdicts are attested from the line of this request id on. */
interface BeginningClaim {
  readonly kind: 'beginning';
  readonly requestId: string;
}

export type AttestedClaim = VerdictClaim | VerifierClaim | BeginningClaim;

export interface Attestation {
  readonly claim: AttestedClaim;
  readonly mac: Mac;
}

/** `unknown-key`: made by a generation that is not held here, such as a retired one. */
export type AttestationCheck = 'authentic' | 'forged' | 'unknown-key';
