import type { TimeOrNever } from '#libs/database';
import type { PublicJwk } from './public-jwk.js';

/** How a client may prove itself without a secret (RFC 7523, section 2.2; RFC 8705, section 2). */
export const KEY_METHODS = ['private_key_jwt', 'tls_client_auth'] as const;
export type KeyMethod = (typeof KEY_METHODS)[number];

/** With a secret by HTTP Basic or in the form, or without one. */
export const CLIENT_METHODS = ['client_secret', ...KEY_METHODS] as const;
export type ClientMethod = (typeof CLIENT_METHODS)[number];

/** What was registered. Public, all of it. */
export type KeyContent =
  | { readonly keys: readonly PublicJwk[] }
  /** Where the client publishes its keys. */
  | { readonly jwksUri: string }
  /** SHA-256 over each certificate's DER, base64url (RFC 8705, section 3.1). */
  | { readonly thumbprints: readonly string[] };

/** The keys or certificates of one registration; one, or two of a method during a rotation. */
export interface ClientKeys {
  readonly method: KeyMethod;
  readonly content: KeyContent;
  readonly createdAt: Date;
  /** When what was replaced stops working; never for the newest. */
  readonly expiresAt: TimeOrNever;
}

export function methodOf(content: KeyContent): KeyMethod {
  return 'thumbprints' in content ? 'tls_client_auth' : 'private_key_jwt';
}

/** Whether its age is known here: keys at a URL are replaced there. */
export function agesHere(content: KeyContent): boolean {
  return !('jwksUri' in content);
}

/** For people, logs and the trail: the names of keys, their URL, or thumbprints. */
export function keyNames(content: KeyContent): string {
  if ('jwksUri' in content) return content.jwksUri;
  return 'keys' in content ? content.keys.map(({ kid }) => kid).join(' ') : content.thumbprints.join(' ');
}
