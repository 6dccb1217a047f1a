import { createHash, X509Certificate } from 'node:crypto';
import { PinwardError } from '#libs/errors';
import { holdsSecret } from '#libs/pan-mask';
import type { KeyContent } from './client-keys.js';
import { readPublicJwk, type KeyFault, type PublicJwk } from './public-jwk.js';

/** Keys or certificates as a caller describes them, unchecked: exactly one of the three. */
export interface NewKeys {
  /** A JWK set (RFC 7517, section 5). */
  readonly jwks?: { readonly keys: readonly unknown[] } | undefined;
  readonly jwksUri?: string | undefined;
  /** PEM, one certificate each. */
  readonly certificates?: readonly string[] | undefined;
}

/** What else the service asks of a URL: the address behind it, its port. Null when nothing is wrong. */
export type UrlFault = (url: string) => string | null;

/** Enough for two keys in use and two on their way. */
export const KEYS_AT_MOST = 4;
const LONGEST_URL = 2_048;

/**
 * @param pointer of the member that holds them, "/keys"
 * @throws PinwardError REQUEST_INVALID that names every fault at once
 */
export function checkNewKeys(asked: NewKeys, pointer: string, urlFault: UrlFault, now: Date): KeyContent {
  const read = readNewKeys(asked, urlFault, now);
  if (!('faults' in read)) return read;
  const errors = read.faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));
  throw new PinwardError('REQUEST_INVALID', { errors });
}

type Read = KeyContent | { readonly faults: readonly KeyFault[] };

function readNewKeys({ jwks, jwksUri, certificates }: NewKeys, urlFault: UrlFault, now: Date): Read {
  if ([jwks, jwksUri, certificates].filter((given) => given !== undefined).length !== 1)
    return { faults: [{ pointer: '', detail: 'must be exactly one of jwks, jwksUri and certificates' }] };
  if (jwks !== undefined) return readSet(jwks.keys);
  if (jwksUri !== undefined) return readUri(jwksUri, urlFault);
  return readCertificates(certificates ?? [], now);
}

function readSet(given: readonly unknown[]): Read {
  const count = countFault('/jwks/keys', given.length);
  if (count !== null) return { faults: [count] };
  const read = given.map((key) => readPublicJwk(key));
  const faults = read.flatMap((key, index) =>
    'faults' in key
      ? key.faults.map(({ pointer, detail }) => ({ pointer: `/jwks/keys/${index}${pointer}`, detail }))
      : [],
  );
  if (faults.length > 0) return { faults };
  const keys = read.flatMap((key): PublicJwk[] => ('jwk' in key ? [key.jwk] : []));
  const twice = keys.findIndex(({ kid }, index) => keys.findIndex((other) => other.kid === kid) < index);
  if (twice >= 0)
    return { faults: [{ pointer: `/jwks/keys/${twice}/kid`, detail: 'names another key of the set' }] };
  const named = keys.findIndex(({ kid }) => holdsSecret(kid));
  if (named >= 0)
    return {
      faults: [{ pointer: `/jwks/keys/${named}/kid`, detail: 'looks like a card number: use another name' }],
    };
  return { keys };
}

function readUri(text: string, urlFault: UrlFault): Read {
  const detail = httpsFault(text) ?? urlFault(text);
  return detail === null ? { jwksUri: text } : { faults: [{ pointer: '/jwksUri', detail }] };
}

function httpsFault(text: string): string | null {
  if (text.length > LONGEST_URL) return `must not be longer than ${LONGEST_URL} characters`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:') return 'must be an https URL';
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return 'must have neither credentials nor a fragment';
  return holdsSecret(url.pathname + url.search) ? 'must hold neither a card number nor a credential' : null;
}

function readCertificates(given: readonly string[], now: Date): Read {
  const count = countFault('/certificates', given.length);
  if (count !== null) return { faults: [count] };
  const read = given.map((pem) => readCertificate(pem, now));
  const faults = read.flatMap((one, index) =>
    'detail' in one ? [{ pointer: `/certificates/${index}`, detail: one.detail }] : [],
  );
  if (faults.length > 0) return { faults };
  return { thumbprints: [...new Set(read.flatMap((one) => ('thumbprint' in one ? [one.thumbprint] : [])))] };
}

function readCertificate(
  pem: string,
  now: Date,
): { readonly thumbprint: string } | { readonly detail: string } {
  if (/PRIVATE KEY/.test(pem))
    return {
      detail:
        'holds a private key: send the certificate alone, and make another pair, for this one was shown',
    };
  if ((pem.match(/-----BEGIN /g) ?? []).length !== 1) return { detail: 'must be one certificate in PEM' };
  try {
    const { raw, validTo } = new X509Certificate(pem);
    if (!(new Date(validTo) > now)) return { detail: 'has expired' };
    return { thumbprint: createHash('sha256').update(raw).digest('base64url') };
  } catch {
    return { detail: 'must be one certificate in PEM' };
  }
}

function countFault(pointer: string, count: number): KeyFault | null {
  return count >= 1 && count <= KEYS_AT_MOST ? null : { pointer, detail: `must have 1 to ${KEYS_AT_MOST}` };
}
