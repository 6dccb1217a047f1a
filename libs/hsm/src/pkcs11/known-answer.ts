import { timingSafeEqual, verify } from 'node:crypto';
import { HsmMisconfigured } from '../contract/faults.js';
import { EC_SIGNING_KINDS, type MacKind } from '../contract/keys.js';
import {
  KNOWN_ANSWER_CARD,
  KNOWN_ANSWER_FIELD,
  KNOWN_ANSWER_SALT,
  knownAnswerMessage,
  otherDummyField,
} from '../evaluation/known-answer.js';
import { verifierValue } from '../evaluation/verifier-mac.js';
import { ckrClass, ckrText, isTemplateConflict, retry } from './ckr.js';
import type { HeldRsaKey, HeldSecretKey } from './key-pick-up.js';
import { encryptField, openPin } from './open-pin.js';
import { assertOpensRecorded } from './sealing.js';
import { ecSignature, secretMac, tokenSignature } from './signatures.js';
import type { Token } from './token.js';

/**
 * Runs the whole path once, with the dummy card's PIN: its verifier under each generation.
 *
 * @throws the module's error
 */
export function knownAnswers(
  token: Token,
  transport: HeldRsaKey,
  generations: readonly number[],
): ReadonlyMap<number, Buffer> {
  return answersTo(token, transport, {
    ciphertext: encryptField(token, transport, KNOWN_ANSWER_FIELD),
    generations,
  });
}

function answersTo(
  token: Token,
  transport: HeldRsaKey,
  { ciphertext, generations }: { readonly ciphertext: Buffer; readonly generations: readonly number[] },
): ReadonlyMap<number, Buffer> {
  using r0s = openPin(token, { transportKey: transport.handle, ciphertext, generations });
  const card = KNOWN_ANSWER_CARD;
  return new Map(
    generations.map((generation) => [
      generation,
      verifierValue(r0s.r0(generation), { card, generation, salt: KNOWN_ANSWER_SALT }),
    ]),
  );
}

/** Whether this transport key and these wrapping generations still give the answers recorded at the ceremony. */
export function canaryPasses(token: Token, transport: HeldRsaKey, generations: readonly number[]): boolean {
  try {
    const answers = knownAnswers(token, transport, generations);
    return generations.every((generation) => {
      const fingerprint = token.keys.wrapping.get(generation)?.fingerprint;
      const answer = answers.get(generation);
      return fingerprint !== undefined && answer !== undefined && sameTag(answer, fingerprint);
    });
  } catch {
    return false;
  }
}

/** Whether the session still works. An error's number does not say so: garbage and trouble look alike. */
export function isSound(token: Token): boolean {
  try {
    const [transport] = token.keys.transport.values();
    return transport !== undefined && canaryPasses(token, transport, [token.keys.currentWrapping]);
  } catch {
    return false;
  }
}

/**
 * A module that answers every PIN alike would pass the known answer, and any PIN would open any card. So another dummy
 * PIN must give another R0 under each generation, and the same one when it is opened again.
 */
function assertTellsApart(token: Token, transport: HeldRsaKey, knownOnes: ReadonlyMap<number, Buffer>): void {
  const opening = {
    ciphertext: encryptField(token, transport, otherDummyField()),
    generations: [...knownOnes.keys()],
  };
  const others = attempt(transport.kid, () => answersTo(token, transport, opening));
  const again = attempt(transport.kid, () => answersTo(token, transport, opening));
  for (const [generation, known] of knownOnes) {
    const other = others.get(generation);
    const label = `pin-wrapping-${generation}`;
    if (other === undefined || sameTag(other, known))
      throw new HsmMisconfigured(`${label} (CKA_WRAP): another PIN gives the same answer`);
    if (again.get(generation)?.equals(other) !== true)
      throw new HsmMisconfigured(`${label} (CKA_WRAP): the same PIN gives another answer each time`);
  }
}

/**
 * The known-answer test of every key that is held.
 *
 * @throws HsmMisconfigured naming the key: a key regenerated under the old label would lock every card
 */
export function assertKnownAnswers(token: Token): void {
  const { keys } = token;
  const generations = [...keys.wrapping.keys()];
  for (const transport of keys.transport.values()) {
    const answers = attempt(transport.kid, () => knownAnswers(token, transport, generations));
    for (const [generation, { fingerprint }] of keys.wrapping) {
      const answer = answers.get(generation);
      if (answer === undefined || !sameTag(answer, fingerprint)) {
        throw new HsmMisconfigured(
          `pin-wrapping-${generation} (CKA_VALUE): is not the key that was registered`,
        );
      }
    }
    assertTellsApart(token, transport, answers);
  }
  for (const kind of ['lookup', 'otp'] as const) {
    assertRegistered(kind, keys.mac[kind], (generation) =>
      secretMac(token, { kind, generation }, knownAnswerMessage(kind)),
    );
  }
  for (const kind of ['card-vault', 'secrets'] as const) {
    for (const [generation, key] of keys.seal[kind]) assertOpensRecorded(token, `${kind}-${generation}`, key);
  }
  for (const kind of EC_SIGNING_KINDS) {
    for (const key of keys.ecSigning[kind].held.values()) {
      const message = knownAnswerMessage(kind);
      const signature = attempt(key.kid, () => ecSignature(token, key, message));
      if (!verify('sha256', message, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, signature)) {
        throw new HsmMisconfigured(`${key.kid} (CKA_EC_POINT): signs with another key than its own`);
      }
    }
  }
  for (const key of keys.tokenSigning.values()) {
    const message = knownAnswerMessage('token-signing');
    const signature = attempt(key.kid, () => tokenSignature(token, key, message));
    if (!verify('sha256', message, key.publicKey, signature)) {
      throw new HsmMisconfigured(`${key.kid} (CKA_MODULUS): signs with another key than its own`);
    }
  }
}

function assertRegistered(
  kind: MacKind,
  held: ReadonlyMap<number, HeldSecretKey>,
  answerOf: (generation: number) => Buffer,
): void {
  for (const [generation, key] of held) {
    const label = `${kind}-${generation}`;
    const answer = attempt(label, () => answerOf(generation));
    if (!sameTag(answer, key.fingerprint)) {
      throw new HsmMisconfigured(`${label} (CKA_VALUE): is not the key that was registered`);
    }
  }
}

function attempt<Result>(label: string, call: () => Result): Result {
  try {
    return retry(call);
  } catch (error) {
    // A failing module is no misconfiguration: the failure may pass.
    if (ckrClass(error) !== 'other') throw error;
    const attribute = isTemplateConflict(error) ? ' (CKA_UNWRAP_TEMPLATE)' : '';
    throw new HsmMisconfigured(
      `${label}${attribute}: the known-answer test could not be run, ${ckrText(error)}`,
    );
  }
}

function sameTag(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
