import { randomBytes } from 'node:crypto';
import type { EvaluationName } from '../contract/attestation.js';
import type { CardIdentity, EnrolPinResult, MatchPinResult, WeakPinTags } from '../contract/pin-hsm.js';
import { PinVerifier } from '../contract/pin-verifier.js';
import type { AttestationKeys, VerifierBinding } from './attestation.js';
import { isWeakPin, matchesVerifier, verifierValue } from './verifier-mac.js';

/** 128 bits: even over time, equal PINs never look equal in the database. */
const SALT_BYTES = 16;

/** One opened PIN: its R0 under each requested generation. It lives inside one evaluation and is zeroed at its end. */
export interface OpenedPin {
  /** 24 bytes. @throws when the PIN was not wrapped under this generation */
  r0(generation: number): Buffer;
}

export interface MatchQuestion {
  readonly card: CardIdentity;
  readonly evaluation: EvaluationName;
  readonly verifier: PinVerifier;
}

export interface EnrolQuestion {
  readonly card: CardIdentity;
  readonly eventNo: string;
  readonly weakPins: WeakPinTags;
  readonly history: readonly PinVerifier[];
}

/** The generations whose R0 is needed. They are the same for every PIN, so that a match costs what a mismatch costs. */
export function generationsToMatch({ verifier }: MatchQuestion, current: number): readonly number[] {
  return [...new Set([verifier.generation, current])];
}

export function generationsToEnrol({ weakPins, history }: EnrolQuestion, current: number): readonly number[] {
  return [...new Set([current, weakPins.generation, ...history.map(({ generation }) => generation)])];
}

/** How new verifiers are made and decisions attested. */
export interface Judge {
  /** The current generation of the wrapping key. */
  readonly current: number;
  readonly attestation: AttestationKeys;
}

/** Compares an opened PIN with the stored verifier; renews the verifier when its generation is no longer current. */
export function judgeMatch(
  pin: OpenedPin,
  { card, evaluation, verifier }: MatchQuestion,
  judge: Judge,
): MatchPinResult {
  const matched = matchesVerifier(pin.r0(verifier.generation), card, verifier);
  const verdict = matched ? 'matched' : 'not-matched';
  const verdictMac = judge.attestation.verdict(card, evaluation, { verdict, compared: verifier });
  if (!matched) return { matched, verdictMac };
  const { eventNo } = evaluation;
  const isCurrent = verifier.generation === judge.current;
  return { matched, verdictMac, renewed: isCurrent ? null : makeVerifier(pin, { card, eventNo }, judge) };
}

/** Turns an opened PIN into a verifier unless it is weak or was used before; it never says which entry matched. */
export function judgeEnrolment(
  pin: OpenedPin,
  { card, eventNo, weakPins, history }: EnrolQuestion,
  judge: Judge,
): EnrolPinResult {
  if (isWeakPin(pin.r0(weakPins.generation), weakPins)) return { outcome: 'too-weak' };
  const reused = history.filter((verifier) => matchesVerifier(pin.r0(verifier.generation), card, verifier));
  if (reused.length > 0) return { outcome: 'reused' };
  return { outcome: 'enrolled', verifier: makeVerifier(pin, { card, eventNo }, judge) };
}

function makeVerifier(
  pin: OpenedPin,
  binding: VerifierBinding,
  { current: generation, attestation }: Judge,
): PinVerifier {
  const salt = randomBytes(SALT_BYTES);
  const value = verifierValue(pin.r0(generation), { card: binding.card, generation, salt });
  return attestation.bound(new PinVerifier(generation, salt, value), binding);
}
