import type { Schemas } from '../../api/client.js';

/** How keys are given: as a JWK set, by the URL of one, or as certificates in PEM. */
export type KeyKind = 'jwks' | 'jwks-uri' | 'certificates';

/** Members of a JWK that are private (RFC 7518, section 6), and what begins a private key in PEM. */
const PRIVATE = /"(?:d|p|q|dp|dq|qi|oth|k)"\s*:|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g;

/** Is a private key in this text? It is then neither kept nor sent. */
export function holdsPrivateKey(text: string): boolean {
  return PRIVATE.test(text);
}

/** Keys as they are sent, or what is wrong with them. */
export function keysOf(
  kind: KeyKind,
  text: string,
): { readonly keys: Schemas['NewClientKeys'] } | { readonly fault: string } {
  if (holdsPrivateKey(text))
    return {
      fault: 'This holds a private key. It was shown now: make another pair, and give the public half alone.',
    };
  switch (kind) {
    case 'jwks-uri':
      return /^https:\/\/\S+$/.test(text.trim())
        ? { keys: { jwksUri: text.trim() } }
        : { fault: 'An address that begins with https://.' };
    case 'certificates': {
      const certificates = text.match(CERTIFICATE) ?? [];
      return certificates.length === 0
        ? { fault: 'Paste a certificate in PEM, from BEGIN CERTIFICATE to END CERTIFICATE.' }
        : { keys: { certificates: [...certificates] } };
    }
    case 'jwks':
      return jwksOf(text);
  }
}

function jwksOf(text: string): ReturnType<typeof keysOf> {
  const wrong = { fault: 'Paste a JWK set: {"keys": [ … ]}, of public keys, each with its kid.' };
  const value = parsed(text);
  if (!isRecord(value)) return wrong;
  const keys: unknown = value['keys'] ?? [value];
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every((key) => isRecord(key) && 'kty' in key))
    return wrong;
  return { keys: { jwks: { keys: keys as Record<string, unknown>[] } } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
