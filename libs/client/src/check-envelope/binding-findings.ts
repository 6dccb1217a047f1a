import type { EnvelopeFindingCode } from './findings.js';
import { digest, type HashName } from './oaep.js';

const BYTES = 8;
const PREFIX = 'pinward:card:';

type Candidate = readonly [code: EnvelopeFindingCode, binding: Uint8Array];

/** @param cardId lower-case UUID */
export async function bindingOf(cardId: string): Promise<Uint8Array> {
  return (await hashOf(`${PREFIX}${cardId}`)).slice(0, BYTES);
}

/** How the 8 bytes came about that are not the binding of this card, by making it wrongly in every way known. */
export async function bindingFinding(binding: Uint8Array, cardId: string): Promise<EnvelopeFindingCode> {
  const candidates = [...(await ofTheDigest(cardId)), ...(await ofOtherInputs(cardId))];
  const [code] = candidates.find(([, candidate]) => isEqual(candidate, binding)) ?? [];
  return code ?? 'BINDING_OTHER_CARD';
}

/** The whole digest, for a field that is too long. */
export async function isWholeDigest(bytes: Uint8Array, cardId: string): Promise<boolean> {
  return isEqual(bytes, await hashOf(`${PREFIX}${cardId}`));
}

export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

async function ofTheDigest(cardId: string): Promise<readonly Candidate[]> {
  const right = await hashOf(`${PREFIX}${cardId}`);
  const digits = Array.from(right.slice(0, BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const hexText = [digits, digits.toUpperCase()].map((text): Candidate => {
    return ['BINDING_HEX_TEXT', utf8(text).slice(0, BYTES)];
  });
  const hashes = (['SHA-1', 'SHA-384', 'SHA-512'] as const).map(async (hash): Promise<Candidate> => {
    return ['BINDING_HASH', (await hashOf(`${PREFIX}${cardId}`, hash)).slice(0, BYTES)];
  });
  return [...hexText, ['BINDING_LAST_BYTES', right.slice(-BYTES)], ...(await Promise.all(hashes))];
}

async function ofOtherInputs(cardId: string): Promise<readonly Candidate[]> {
  const upper = cardId.toUpperCase();
  const bytes = bytesOfUuid(cardId);
  const inputs: readonly (readonly [EnvelopeFindingCode, string | Uint8Array])[] = [
    // A card id without letters has no upper case: it is not told from the right one, and is right.
    ['BINDING_UPPER_CASE_CARD_ID', `${PREFIX}${upper}`],
    ...[cardId, upper]
      .flatMap((id) => spellings(id))
      .map((text) => ['BINDING_CARD_ID_SPELLING', `${PREFIX}${text}`] as const),
    ['BINDING_CARD_ID_SPELLING', joined(utf8(PREFIX), bytes)],
    ['BINDING_CARD_ID_SPELLING', joined(utf8(PREFIX), mixedEndian(bytes))],
    ...[
      cardId,
      upper,
      `card:${cardId}`,
      `pinward:${cardId}`,
      `pinward:card${cardId}`,
      `${PREFIX} ${cardId}`,
    ].map((text) => ['BINDING_PREFIX', text] as const),
    ['BINDING_PREFIX', bytes],
  ];
  const made = inputs.map(async ([code, input]): Promise<Candidate> => {
    return [code, (await hashOf(input)).slice(0, BYTES)];
  });
  return await Promise.all(made);
}

function spellings(cardId: string): readonly string[] {
  const bare = cardId.replaceAll('-', '');
  return [bare, `{${cardId}}`, `(${cardId})`, `"${cardId}"`, `${cardId}\n`, `${cardId}\r\n`, `${cardId} `];
}

/** RFC 9562, section 4. */
function bytesOfUuid(cardId: string): Uint8Array {
  const digits = cardId.replaceAll('-', '').match(/../g) ?? [];
  return Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
}

/** As .NET's Guid.ToByteArray writes it. */
function mixedEndian(bytes: Uint8Array): Uint8Array {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Uint8Array.from(order, (index) => bytes[index] ?? 0);
}

async function hashOf(input: string | Uint8Array, hash: HashName = 'SHA-256'): Promise<Uint8Array> {
  return await digest(hash, Uint8Array.from(typeof input === 'string' ? utf8(input) : input));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  return Uint8Array.from([...one, ...other]);
}
