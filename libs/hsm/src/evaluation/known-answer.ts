import { randomInt } from 'node:crypto';
import { pinField } from '#libs/client/pin-block';
import type { MacKind, SigningKind } from '../contract/keys.js';
import type { CardIdentity } from '../contract/pin-hsm.js';
import { lengthPrefixed } from './verifier-mac.js';

/**
 * The dummy card of the known-answer test (docs/pin-envelope.md). Its verifier under a pin-wrapping generation is that
 * generation's fingerprint: a key regenerated under the old label gives another one. These values are public and must
 * never change: otherwise no registered key would be recognised again.
 */
export const KNOWN_ANSWER_CARD: CardIdentity = {
  tenantId: 'pinward',
  cardId: '00000000-0000-4000-8000-000000000000',
};

const PIN_ACCOUNT = '000000000000';
const PIN = '0192837465';
/** cardBinding of the dummy card's id. */
const CARD_BINDING = Buffer.from('5dbc72ca4640f26b', 'hex');

/** The dummy card's PIN field, 16 bytes; public, like its PIN. */
export const KNOWN_ANSWER_FIELD = Buffer.from(pinField(PIN, PIN_ACCOUNT, CARD_BINDING).buffer);

/**
 * The field of another PIN of the dummy card. It is random each time, so that no module can know it. Its result must
 * differ from the known answer.
 */
export function otherDummyField(): Buffer {
  const pin = String(randomInt(10 ** 10)).padStart(12, '7');
  return Buffer.from(pinField(pin, PIN_ACCOUNT, CARD_BINDING).buffer);
}

/** 16 bytes, the ASCII text "pinward:dummy:v1". */
export const KNOWN_ANSWER_SALT = Buffer.from('pinward:dummy:v1', 'ascii');

/** The message whose HMAC-SHA256 is the fingerprint of a key that makes HMACs; a signing key must sign its own. */
export function knownAnswerMessage(kind: MacKind | SigningKind): Buffer {
  return lengthPrefixed('pinward:known-answer:v1', kind);
}

/**
 * 16 public bytes whose ciphertext and tag are a sealing key's fingerprint, under this IV if one can be given. The
 * message is always the same, so its repeated IV reveals nothing; stored values get their IVs from the HSM.
 */
export const SEAL_KNOWN_ANSWER = {
  iv: Buffer.from('pinward:seal', 'ascii'),
  value: Buffer.from('pinward:known:v1', 'ascii'),
  associatedData: lengthPrefixed('pinward:known-answer:v1', 'seal'),
} as const;
