import { PIN_FIELD_BYTES, pinField } from '#libs/client/pin-block';
import { HsmMisconfigured, HsmUnavailable, VerifierGivenUp } from '../contract/faults.js';
import { currentKey, isGivenUp, type MacKind, type Signature, type SigningKind } from '../contract/keys.js';
import type { EnrolPinResult, MatchPinResult } from '../contract/pin-hsm.js';
import {
  type EnrolQuestion,
  generationsToEnrol,
  generationsToMatch,
  judgeEnrolment,
  judgeMatch,
  type MatchQuestion,
} from '../evaluation/judge-pin.js';
import { ATTESTATION_KEY_MESSAGE, AttestationKeys, isReserved } from '../evaluation/attestation.js';
import { weakPinTag } from '../evaluation/verifier-mac.js';
import { ckrClass } from './ckr.js';
import type { Handle } from './cryptoki.js';
import { encryptField, openPin, type R0s, wrapAndDestroy } from './open-pin.js';
import { ecSignature, secretMac, tokenSignature } from './signatures.js';
import { knownPinObject } from './pin-object.js';
import { openValue, type SealParameters, sealValue } from './sealing.js';
import { template } from './template.js';
import type { Token } from './token.js';
import { openOnceMore } from './confirm-fault.js';

interface EvaluationTools {
  readonly dispatch: Dispatch;
  readonly attestation: AttestationKeys;
}

type EnvelopeQuestion = Pick<EnvelopeOpening, 'kid' | 'ciphertext' | 'startBefore'>;

export function matchPin(
  token: Token,
  question: MatchQuestion & EnvelopeQuestion,
  { dispatch, attestation }: EvaluationTools,
): MatchPinResult {
  const current = token.keys.currentWrapping;
  const generations = generationsToMatch(question, current);
  using pin = openEnvelope(token, { ...question, generations }, dispatch);
  return judgeMatch(pin, question, { current, attestation });
}

export function enrolPin(
  token: Token,
  asked: EnrolQuestion & EnvelopeQuestion,
  { dispatch, attestation }: EvaluationTools,
): EnrolPinResult {
  // An earlier PIN under a key that was given up can no longer be compared, and must not block a new PIN.
  const isOver = (generation: number) =>
    isGivenUp(token.registeredKeys, { kind: 'pin-wrapping', generation });
  const history = asked.history.filter(({ generation }) => !isOver(generation));
  const question = { ...asked, history };
  const current = token.keys.currentWrapping;
  const generations = generationsToEnrol(question, current);
  using pin = openEnvelope(token, { ...question, generations }, dispatch);
  return judgeEnrolment(pin, question, { current, attestation });
}

/** A part of the weak list for one card. */
export interface WeakPinBatch {
  readonly pins: readonly string[];
  readonly pinAccount: string;
  /** 8 bytes, from cardBinding. */
  readonly cardBinding: Buffer;
  readonly generation: number;
  readonly nonce: Buffer;
}

/** The tags of these PINs on this card, one after the other. The PINs are public. Their R0s are not, and stay here. */
export function tagWeakPins(token: Token, batch: WeakPinBatch): Buffer {
  return onLiveSession(token, () => Buffer.concat(batch.pins.map((pin) => tagOf(token, pin, batch))));
}

export function mac(
  token: Token,
  key: { readonly kind: MacKind; readonly generation: number },
  input: Buffer,
): Buffer {
  // A caller who got this HMAC could attest anything.
  if (isReserved(input)) throw new HsmUnavailable('an HMAC of this text is made for the HSM host alone');
  return onLiveSession(token, () => secretMac(token, key, input));
}

/** One HMAC for each lookup key that is held, made once in each thread. */
export function deriveAttestationKeys(token: Token): AttestationKeys {
  const kind = 'lookup';
  const { lookup } = token.keys.mac;
  return onLiveSession(token, () => {
    const generations = [...lookup.keys()];
    const key = (generation: number) => secretMac(token, { kind, generation }, ATTESTATION_KEY_MESSAGE);
    const current = currentKey(token.registeredKeys, kind);
    if (current === undefined) throw new HsmMisconfigured('no lookup generation is current');
    return new AttestationKeys(
      new Map(generations.map((generation) => [generation, key(generation)])),
      current.generation,
    );
  });
}

export function seal(token: Token, parameters: SealParameters, value: Buffer): Buffer {
  return onLiveSession(token, () => sealValue(token, parameters, value));
}

/** @throws SealBroken */
export function open(token: Token, parameters: SealParameters, bytes: Buffer): Buffer {
  return onLiveSession(token, () => openValue(token, parameters, bytes));
}

/** A signature under the current key of this kind. */
export function sign(token: Token, kind: SigningKind, input: Buffer): Signature {
  return onLiveSession(token, () => {
    const { keys } = token;
    switch (kind) {
      case 'token-signing': {
        const key = held(kind, keys.tokenSigning.get(keys.currentTokenSigning));
        return { kid: key.kid, value: tokenSignature(token, key, input) };
      }
      case 'audit-signing':
      case 'manifest-signing': {
        const key = held(kind, keys.ecSigning[kind].held.get(keys.ecSigning[kind].current));
        return { kid: key.kid, value: ecSignature(token, key, input) };
      }
    }
  });
}

function held<Key>(kind: SigningKind, key: Key | undefined): Key {
  if (key === undefined) throw new Error(`no ${kind} key is held`);
  return key;
}

function tagOf(
  token: Token,
  pin: string,
  { pinAccount, cardBinding, generation, nonce }: WeakPinBatch,
): Buffer {
  const field = Buffer.from(pinField(pin, pinAccount, cardBinding).buffer, 0, PIN_FIELD_BYTES);
  using r0s = wrapAndDestroy(token, knownFieldObject(token, field), [generation]);
  return weakPinTag(r0s.r0(generation), nonce);
}

/** The PIN object that an envelope would give, from a field that the service knows anyway. */
function knownFieldObject(token: Token, field: Buffer): Handle {
  if (token.profile.weakPinObjects === 'create') {
    return token.session.createObject(template(knownPinObject(field)));
  }
  const [transport] = token.keys.transport.values();
  if (transport === undefined) throw new Error('no transport key is held');
  const ciphertext = encryptField(token, transport, field);
  return token.session.unwrapKey(token.mechanisms.oaep, transport.handle, ciphertext, token.unwrapTemplate);
}

/** No envelope is open here, so after a loss the session is opened again, once. */
function onLiveSession<Result>(token: Token, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (ckrClass(error) !== 'session') throw error;
    token.renewSession();
    return call();
  }
}

/** What opening an envelope needs from its process; tests replace it. */
export interface Dispatch {
  /** `process.hrtime.bigint()`. */
  now(): bigint;
  /** Writes the dispatch record of this operation, which survives the process. */
  record(): void;
}

export interface EnvelopeOpening {
  readonly kid: string;
  readonly ciphertext: Buffer;
  readonly generations: readonly number[];
  readonly startBefore: bigint;
}

/**
 * Opens a cardholder's envelope, and decides what a failure means (docs/try-counter.md, "Confirming a fault").
 *
 * @throws HsmUnavailable, VerifierGivenUp (nothing was started), EnvelopeUnreadable, DeviceFault, EvaluationLost
 */
export function openEnvelope(token: Token, opening: EnvelopeOpening, dispatch: Dispatch): R0s {
  const { kid, ciphertext, generations, startBefore } = opening;
  const transport = token.keys.transport.get(kid);
  if (transport === undefined) throw new HsmUnavailable(`${kid} is not held`);
  const missing = generations.find((generation) => !token.keys.wrapping.has(generation));
  if (missing !== undefined) {
    const isOver = isGivenUp(token.registeredKeys, { kind: 'pin-wrapping', generation: missing });
    throw new (isOver ? VerifierGivenUp : HsmUnavailable)(`pin-wrapping-${missing} is not held`);
  }
  const isLate = () => dispatch.now() > startBefore;
  if (isLate()) throw new HsmUnavailable('too late to start');
  dispatch.record();
  // Checked again, since writing the record may have taken a while.
  if (isLate()) throw new HsmUnavailable('too late to start');
  try {
    return openPin(token, { transportKey: transport.handle, ciphertext, generations });
  } catch (first) {
    return openOnceMore(token, opening, isLate, first);
  }
}
