import { decodeBase64url, isJsonObject, parseJsonBytes } from '../encoding.js';
import { subtleOf, type WebCrypto, type WebCryptoKey } from '../web-crypto.js';
import { contentKey } from './content-key.js';
import { RevealError } from './reveal-error.js';
import { RevealedCard } from './revealed-card.js';

export interface OpenRevealInput {
  /** Of the answer of POST /v1/cards/{cardId}/reveal. */
  readonly jwe: string;
  /** Of createRevealKey, whose public half was sent. */
  readonly privateKey: WebCryptoKey;
  /** Default: the platform's. */
  readonly crypto?: WebCrypto | undefined;
}

/** Of A256GCM (RFC 7518, section 5.3). */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Card data, decrypted where they are shown: a compact JWE (RFC 7516, section 5.2) by ECDH-ES or RSA-OAEP-256, with A256GCM.
 * The bytes are zeroed afterwards; JavaScript cannot erase the text, so keep the card no longer than it is seen.
 *
 * @throws RevealError, WebCryptoMissing
 */
export async function openReveal({ jwe, privateKey, crypto }: OpenRevealInput): Promise<RevealedCard> {
  const subtle = subtleOf(crypto);
  const { head, header, encryptedKey, iv, sealed } = partsOf(jwe);
  const plaintext = await unreadableIfRefused(async () => {
    const key = await contentKey({ header, encryptedKey }, privateKey, subtle);
    const additionalData = new TextEncoder().encode(head);
    return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed));
  });
  try {
    return cardOf(plaintext);
  } finally {
    plaintext.fill(0);
  }
}

function partsOf(jwe: unknown) {
  const parts = typeof jwe === 'string' ? jwe.split('.') : [];
  const [header, encryptedKey, iv, ciphertext, tag] = parts.map((part) => decodeBase64url(part));
  if (
    parts.length !== 5 ||
    !header ||
    !encryptedKey ||
    !ciphertext ||
    iv?.length !== IV_BYTES ||
    tag?.length !== TAG_BYTES
  )
    throw new RevealError('REVEAL_MALFORMED');
  // WebCrypto wants the tag behind the ciphertext.
  const sealed = new Uint8Array(ciphertext.length + tag.length);
  sealed.set(ciphertext);
  sealed.set(tag, ciphertext.length);
  return { head: parts[0] ?? '', header: objectOf(header), encryptedKey, iv, sealed };
}

function cardOf(plaintext: Uint8Array): RevealedCard {
  const { cardId, pan, expiry, holderName } = objectOf(plaintext);
  if (typeof cardId !== 'string' || typeof pan !== 'string') throw new RevealError('REVEAL_MALFORMED');
  return new RevealedCard({ cardId, pan, expiry: textOf(expiry), holderName: textOf(holderName) });
}

/** Without the cause of a refusal, which may show a piece of the text. */
function objectOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseJsonBytes(bytes);
  } catch {
    throw new RevealError('REVEAL_MALFORMED');
  }
  if (!isJsonObject(value)) throw new RevealError('REVEAL_MALFORMED');
  return value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Why a decryption is refused is told alike (RFC 7516, section 11.5). */
async function unreadableIfRefused<T>(decrypt: () => Promise<T>): Promise<T> {
  try {
    return await decrypt();
  } catch (fault) {
    throw fault instanceof RevealError ? fault : new RevealError('REVEAL_UNREADABLE');
  }
}
