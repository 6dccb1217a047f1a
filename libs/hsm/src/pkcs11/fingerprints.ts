import { HsmMisconfigured } from '../contract/faults.js';
import { isUsable, keyLabel, type KeyKind, type RegisteredKey } from '../contract/keys.js';
import { knownAnswerMessage } from '../evaluation/known-answer.js';
import { jwkThumbprint } from '../evaluation/thumbprint.js';
import { CKO_PRIVATE_KEY } from './constants.js';
import type { Cryptoki, CryptokiSession } from './cryptoki.js';
import { knownAnswers } from './known-answer.js';
import { secretMac } from './signatures.js';
import { ecPublicJwks, rsaPublicJwk } from './public-keys.js';
import { recordedSeal } from './sealing.js';
import { Token, type TokenSettings } from './token.js';

/** A generation without its fingerprint. */
export interface KeyName {
  readonly kind: KeyKind;
  readonly generation: number;
}

const UNKNOWN = Buffer.alloc(0);

/**
 * What a ceremony records of each key: the public key's thumbprint, and the answers of the whole path for the dummy
 * card. It is made in the same way as the service will check it. The process is logged in.
 *
 * @returns the usable keys: a retired one need not be on the token any more
 */
export function fingerprintKeys(
  cryptoki: Cryptoki,
  settings: Omit<TokenSettings, 'registeredKeys'>,
  thumbprinted: readonly RegisteredKey[],
): readonly RegisteredKey[] {
  const token = new Token(cryptoki, { ...settings, registeredKeys: thumbprinted });
  try {
    const [transport] = token.keys.transport.values();
    if (transport === undefined) throw new HsmMisconfigured('pin-transport: no generation is registered');
    const verifiers = knownAnswers(token, transport, [...token.keys.wrapping.keys()]);
    const usable = thumbprinted.filter(isUsable);
    return usable.map((key) => ({ ...key, ...fingerprintOf(token, key, verifiers) }));
  } finally {
    token.close();
  }
}

function fingerprintOf(
  token: Token,
  key: RegisteredKey,
  verifiers: ReadonlyMap<number, Buffer>,
): Partial<Pick<RegisteredKey, 'fingerprint' | 'fingerprintIv'>> {
  switch (key.kind) {
    case 'pin-transport':
    case 'token-signing':
    case 'audit-signing':
    case 'manifest-signing':
      return {};
    case 'pin-wrapping':
      return { fingerprint: verifiers.get(key.generation) ?? UNKNOWN };
    case 'lookup':
    case 'otp':
      return { fingerprint: secretMac(token, { ...key, kind: key.kind }, knownAnswerMessage(key.kind)) };
    case 'card-vault':
    case 'secrets': {
      const held = token.keys.seal[key.kind].get(key.generation);
      return held === undefined ? { fingerprint: UNKNOWN } : recordedSeal(token, keyLabel(key), held);
    }
  }
}

/**
 * The keys as they will be registered, the latest generation of each kind as current; only thumbprints are filled in.
 */
export function thumbprintKeys(session: CryptokiSession, keys: readonly KeyName[]): readonly RegisteredKey[] {
  return keys.map((key): RegisteredKey => {
    const isLater = (other: KeyName) => other.kind === key.kind && other.generation > key.generation;
    const state = keys.some(isLater) ? 'accepted' : 'current';
    return { ...key, state, fingerprint: thumbprint(session, key), expiresAt: null };
  });
}

/** The thumbprint of a public key; of other keys nothing is known yet. */
function thumbprint(session: CryptokiSession, key: KeyName): Buffer {
  switch (key.kind) {
    case 'pin-transport':
    case 'token-signing':
      return rsaThumbprint(session, key);
    case 'audit-signing':
    case 'manifest-signing':
      return ecThumbprint(session, key);
    default:
      return UNKNOWN;
  }
}

function ecThumbprint(session: CryptokiSession, key: KeyName): Buffer {
  const [jwk, ...others] = ecPublicJwks(session, keyLabel(key));
  if (jwk === undefined || others.length > 0)
    throw new HsmMisconfigured(`${keyLabel(key)}: the token must hold exactly one public key of this label`);
  return jwkThumbprint(jwk);
}

function rsaThumbprint(session: CryptokiSession, key: KeyName): Buffer {
  const [handle] = session.find({ CKA_CLASS: CKO_PRIVATE_KEY, CKA_LABEL: keyLabel(key) });
  if (handle === undefined) throw new HsmMisconfigured(`${keyLabel(key)} is not on the token`);
  return jwkThumbprint(rsaPublicJwk(session, handle));
}
