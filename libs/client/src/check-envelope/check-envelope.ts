import { assertPin, assertPinAccount, PinBlockError } from '../pin-block/index.js';
import { readCiphertext } from './ciphertext.js';
import { fieldFindings } from './field-findings.js';
import { finding, type EnvelopeFinding } from './findings.js';
import { oaepMessage, type HashName } from './oaep.js';
import { bytesToInteger, rawDecrypt, TEST_KEYS } from './test-key.js';

export interface CheckEnvelopeInput {
  /** What would be sent as encryptedPin. */
  readonly envelope: unknown;
  /** The PIN that should be in it; without it an envelope of any PIN is right. */
  readonly pin?: string | undefined;
  /** The 12 digits that the service issued with the card. */
  readonly pinAccount: string;
  /** The service's card id. */
  readonly cardId: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** PKCS#1 v1.5: 00 02, eight bytes or more of padding, 00 (RFC 8017, section 7.2.1). */
const PKCS1_PADDING_BYTES = 8;
/** A message without padding, seen as a number, is a short one. */
const UNPADDED_AT_MOST_BYTES = 64;

/**
 * Opens an envelope that was made for the test key of docs/vectors/pin-envelope.json, and names every mistake in it. For those
 * who write their own encryption: the service cannot tell them what is wrong, since it never sees what is inside.
 *
 * Findings and details never hold a digit of a PIN.
 *
 * @returns nothing when the envelope is right
 * @throws PinBlockError for a malformed PIN, PIN account or card id: what the envelope is compared with
 */
export async function checkEnvelope(input: CheckEnvelopeInput): Promise<readonly EnvelopeFinding[]> {
  const { envelope, pin, pinAccount, cardId } = input;
  assertPinAccount(pinAccount);
  if (pin !== undefined) assertPin(pin);
  if (!UUID.test(cardId)) throw new PinBlockError('CARD_ID_MALFORMED');
  if (!isEnvelope(envelope)) return [finding('ENVELOPE_MALFORMED')];
  const { findings: ofNames, hash } = namesOf(envelope);
  const { findings: ofText, bytes } = readCiphertext(envelope.ciphertext);
  if (bytes === null) return [...ofNames, ...ofText];
  const { findings: ofPadding, message } = await opened(bytes, hash);
  const expected = { pin, pinAccount, cardId: cardId.toLowerCase() };
  const ofField = message === null ? [] : await fieldFindings(message, expected);
  return [...ofNames, ...ofText, ...ofPadding, ...ofField];
}

interface Envelope {
  readonly kid: string;
  readonly alg: string;
  readonly ciphertext: string;
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const { kid, alg, ciphertext } = value as Partial<Record<keyof Envelope, unknown>>;
  return [kid, alg, ciphertext].every((member) => typeof member === 'string');
}

/** The hash that OAEP should have used, as far as kid and alg agree on one. */
function namesOf({ kid, alg }: Envelope): { findings: readonly EnvelopeFinding[]; hash: HashName | null } {
  const key = TEST_KEYS.find((each) => each.kid === kid);
  if (key?.alg === alg) return { findings: [], hash: key.hash };
  const unknown = key === undefined ? [finding('KID_UNKNOWN')] : [];
  const byAlg = TEST_KEYS.find((each) => each.alg === alg);
  const other = key !== undefined || byAlg === undefined ? [finding('ALG_MISMATCH', expectedAlg(key))] : [];
  return { findings: [...unknown, ...other], hash: key?.hash ?? byAlg?.hash ?? null };
}

function expectedAlg(key: (typeof TEST_KEYS)[number] | undefined): string {
  return key === undefined ? '' : `It is ${key.alg} for ${key.kid}.`;
}

interface Opened {
  readonly findings: readonly EnvelopeFinding[];
  readonly message: Uint8Array | null;
}

async function opened(ciphertext: Uint8Array, hash: HashName | null): Promise<Opened> {
  const found = await unpadded(rawDecrypt(bytesToInteger(ciphertext)), hash);
  if (found !== null) return found;
  const reversed = await unpadded(rawDecrypt(bytesToInteger(ciphertext.toReversed())), hash);
  if (reversed === null) return { findings: [finding('NOT_FOR_TEST_KEY')], message: null };
  return { ...reversed, findings: [finding('CIPHERTEXT_BYTE_ORDER'), ...reversed.findings] };
}

/** OAEP first: one in 256 of its encoded messages begins as PKCS#1 v1.5 does. */
async function unpadded(encoded: Uint8Array, expected: HashName | null): Promise<Opened | null> {
  const oaep = await oaepMessage(encoded);
  if (oaep !== null) {
    const { hash, mgf1Hash, isLabelled, message } = oaep;
    const findings: EnvelopeFinding[] = [];
    const detail = `OAEP is with ${hash} and MGF1 with ${mgf1Hash}.`;
    if (expected !== null && hash !== expected) findings.push(finding('OAEP_HASH', detail));
    if (mgf1Hash !== hash) findings.push(finding('MGF1_HASH', detail));
    if (isLabelled) findings.push(finding('OAEP_LABEL'));
    return { findings, message };
  }
  const end = encoded.indexOf(0, 2);
  if (encoded[0] === 0 && encoded[1] === 2 && end >= 2 + PKCS1_PADDING_BYTES)
    return { findings: [finding('PADDING_PKCS1')], message: encoded.slice(end + 1) };
  const first = encoded.findIndex((byte) => byte !== 0);
  if (first >= 0 && encoded.length - first <= UNPADDED_AT_MOST_BYTES)
    return { findings: [finding('PADDING_NONE')], message: encoded.slice(first) };
  return null;
}
