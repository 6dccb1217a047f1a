import { HsmMisconfigured, SealBroken } from '../contract/faults.js';
import { isGivenUp, keyLabel, type RegisteredKey, type SealKind } from '../contract/keys.js';
import { SEAL_KNOWN_ANSWER } from '../evaluation/known-answer.js';
import { parseSealedForm, sealedForm, type GcmSealed } from '../evaluation/sealed-form.js';
import { ckrClass, ckrText, retry } from './ckr.js';
import { gcmDecrypt, gcmEncrypt, type GcmKey, type GcmMessage } from './gcm.js';
import type { HeldSealKey } from './key-pick-up.js';
import type { Token } from './token.js';

/** A key, and the associated data that bind a value to its place. */
export interface SealParameters {
  readonly kind: SealKind;
  readonly generation: number;
  readonly associatedData: Buffer;
}

/** Sealed under an IV other than that of the known answer. */
const MESSAGE: GcmMessage = {
  value: SEAL_KNOWN_ANSWER.value,
  associatedData: SEAL_KNOWN_ANSWER.associatedData,
};

/** @returns the stored form: with key and place it is all that opening needs */
export function sealValue(token: Token, parameters: SealParameters, value: Buffer): Buffer {
  const { associatedData } = parameters;
  return sealedForm(
    gcmEncrypt(gcmKey(token, sealingKey(token, parameters)), token.profile.gcmIv, { value, associatedData }),
  );
}

/** @throws SealBroken when the bytes do not belong to these parameters, or the module's own error when it is failing */
export function openValue(token: Token, parameters: SealParameters, bytes: Buffer): Buffer {
  const key = sealingKey(token, parameters);
  const { iv, sealed } = parseSealedForm(bytes);
  try {
    return gcmDecrypt(gcmKey(token, key), { iv, sealed, associatedData: parameters.associatedData });
  } catch (error) {
    // Garbage and trouble look alike, so the recorded answer decides: does the key still give it?
    if (ckrClass(error) !== 'other' || !opensRecorded(token, key)) throw error;
    throw new SealBroken(`${keyLabel(parameters)}: a sealed value was changed, or is not its own`);
  }
}

/**
 * What a ceremony records of a sealing key: a ciphertext that no other key opens. @throws HsmMisconfigured naming the
 * key
 */
export function recordedSeal(
  token: Token,
  label: string,
  key: Pick<HeldSealKey, 'handle'>,
): Pick<RegisteredKey, 'fingerprint' | 'fingerprintIv'> {
  const { iv, sealed } = sealedMessage(token, label, key, SEAL_KNOWN_ANSWER);
  return token.profile.gcmIv === 'caller'
    ? { fingerprint: sealed }
    : { fingerprint: sealed, fingerprintIv: iv };
}

/**
 * A sealing key must open what the ceremony recorded. It cannot be recognised by its ciphertext: where the HSM makes
 * the IV, no key gives the same one twice.
 *
 * @throws HsmMisconfigured naming the key
 */
export function assertOpensRecorded(token: Token, label: string, key: HeldSealKey): void {
  const refusal = recordedRefusal(token, key);
  if (refusal === null) return;
  // A module refuses a wrong key in the same way as it fails. If the key opens its own new seal, it works and is a
  // wrong key.
  if (refusal !== ANOTHER_VALUE && !opensItsOwn(token, label, key))
    throw new HsmMisconfigured(`${label}: the known-answer test could not be run, ${refusal}`);
  throw new HsmMisconfigured(`${label} (CKA_VALUE): is not the key that was registered`);
}

/**
 * Once at each start: the module makes IVs as the profile says, a new one each time, and opens what it has sealed.
 * These few values are not counted.
 *
 * @throws HsmMisconfigured naming the key
 */
export function assertSeals(token: Token): void {
  const { keys, profile } = token;
  for (const kind of ['card-vault', 'secrets'] as const) {
    for (const [generation, key] of keys.seal[kind]) {
      const label = keyLabel({ kind, generation });
      const [one, other] = [sealedMessage(token, label, key), sealedMessage(token, label, key)];
      if (one.iv.equals(other.iv))
        throw new HsmMisconfigured(`${label} (gcmIv ${profile.gcmIv}): the same IV came twice`);
      if (!opens(token, key, one))
        throw new HsmMisconfigured(`${label} (gcmIv ${profile.gcmIv}): does not open what it has sealed`);
    }
  }
}

const ANOTHER_VALUE = 'another value';

/** Why the key does not open the recorded seal; null if it does. */
function recordedRefusal(token: Token, key: HeldSealKey): string | null {
  try {
    return retry(() => openRecorded(token, key)).equals(SEAL_KNOWN_ANSWER.value) ? null : ANOTHER_VALUE;
  } catch (error) {
    // A failing module is no misconfiguration: the failure may pass.
    if (ckrClass(error) !== 'other') throw error;
    return ckrText(error);
  }
}

function opensRecorded(token: Token, key: HeldSealKey): boolean {
  try {
    return openRecorded(token, key).equals(SEAL_KNOWN_ANSWER.value);
  } catch {
    return false;
  }
}

function openRecorded(token: Token, key: HeldSealKey): Buffer {
  const { iv, associatedData } = SEAL_KNOWN_ANSWER;
  const recorded = { iv: key.fingerprintIv ?? iv, sealed: key.fingerprint };
  return gcmDecrypt(gcmKey(token, key), { ...recorded, associatedData });
}

function sealedMessage(
  token: Token,
  label: string,
  key: Pick<HeldSealKey, 'handle'>,
  message: GcmMessage = MESSAGE,
): GcmSealed {
  const { gcmIv } = token.profile;
  try {
    return retry(() => gcmEncrypt(gcmKey(token, key), gcmIv, message));
  } catch (error) {
    if (error instanceof HsmMisconfigured) throw new HsmMisconfigured(`${label}: ${error.message}`);
    if (ckrClass(error) !== 'other') throw error;
    throw new HsmMisconfigured(`${label} (gcmIv ${gcmIv}): nothing can be sealed, ${ckrText(error)}`);
  }
}

function opensItsOwn(token: Token, label: string, key: HeldSealKey): boolean {
  try {
    return opens(token, key, sealedMessage(token, label, key));
  } catch (error) {
    if (error instanceof HsmMisconfigured) return false;
    throw error;
  }
}

function opens(token: Token, key: HeldSealKey, { iv, sealed }: GcmSealed): boolean {
  const { value, associatedData } = MESSAGE;
  try {
    return gcmDecrypt(gcmKey(token, key), { iv, sealed, associatedData }).equals(value);
  } catch {
    return false;
  }
}

function gcmKey(token: Token, { handle }: Pick<HeldSealKey, 'handle'>): GcmKey {
  return { session: token.session, handle };
}

function sealingKey(token: Token, { kind, generation }: SealParameters): HeldSealKey {
  const key = token.keys.seal[kind].get(generation);
  const label = keyLabel({ kind, generation });
  if (key === undefined && isGivenUp(token.registeredKeys, { kind, generation }))
    throw new SealBroken(`${label} was given up: what was sealed under it is lost`);
  if (key === undefined) throw new Error(`${label} is not held`);
  return key;
}
