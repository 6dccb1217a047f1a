import { createHash } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { readPublicJwk, SIGNING_ALGORITHMS, type PublicJwk } from '#libs/api-clients';
import { isSignedBy, readJws } from './read-jws.js';

/** What a proof has to be about. */
export interface ProvedRequest {
  readonly method: string;
  /** Under which the service is called here, without query: any of them. */
  readonly urls: readonly string[];
  /** The access token that comes with it; null at the token endpoint. */
  readonly token: string | null;
}

/** A good proof, which must still be new. */
export interface DpopProof {
  /** Thumbprint of the key that has signed (RFC 7638), base64url. */
  readonly keyThumbprint: string;
  readonly jti: string;
  readonly nonce: string | null;
  /** For so long it could still be shown, seconds. */
  readonly secondsLeft: number;
}

/** Longer than one with a key of RSA 4096. */
const LONGEST_PROOF = 4_096;
const OLDEST_SECONDS = 60;
/** FAPI 2.0 Security Profile, section 5.3.2.1: what lies up to 10 seconds ahead is accepted. */
const CLOCK_TOLERANCE_SECONDS = 10;

const claimsSchema = z.object({
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.string().max(4_096),
  iat: z.int().positive(),
  ath: z.string().optional(),
  nonce: z.string().max(256).optional(),
});

/**
 * The checks of RFC 9449, section 4.3, except for the nonce and for having been shown before.
 *
 * @returns null for any proof that is not good for this request: nobody is told why
 */
export async function verifyDpopProof(
  text: string,
  asked: ProvedRequest,
  now: Date,
): Promise<DpopProof | null> {
  const read = text.length <= LONGEST_PROOF ? readJws(text) : null;
  if (read === null) return null;
  const jwk = keyIn(read.header);
  const { data: claims } = claimsSchema.safeParse(read.payload);
  if (jwk === null || claims === undefined || !(await isSignedBy(text, jwk))) return null;
  const { htm, htu, iat, ath, jti, nonce = null } = claims;
  const seconds = now.getTime() / 1_000;
  const secondsLeft = iat + OLDEST_SECONDS - seconds;
  if (secondsLeft <= 0 || iat > seconds + CLOCK_TOLERANCE_SECONDS) return null;
  if (htm !== asked.method || !asked.urls.some((url) => isSameTarget(htu, url))) return null;
  if (asked.token !== null && ath !== hashOf(asked.token)) return null;
  return { keyThumbprint: await calculateJwkThumbprint({ ...jwk }, 'sha256'), jti, nonce, secondsLeft };
}

/** The public key of the header, if all of the header is as it must be; none with a private member. */
function keyIn(header: Readonly<Record<string, unknown>>): PublicJwk | null {
  const { typ, alg, jwk, crit, b64 } = header;
  if (typ !== 'dpop+jwt' || crit !== undefined || b64 !== undefined) return null;
  if (!SIGNING_ALGORITHMS.some((known) => known === alg) || typeof jwk !== 'object') return null;
  // A proof's key needs no name.
  const read = readPublicJwk({ ...jwk, kid: 'dpop' });
  return 'jwk' in read && read.jwk.alg === alg ? read.jwk : null;
}

/** RFC 9449, section 4.2: without query and fragment; both in the form of WHATWG URL, which also leaves out a port 443. */
function isSameTarget(htu: string, url: string): boolean {
  if (!URL.canParse(htu) || /[?#]/.test(htu)) return false;
  return new URL(htu).href === new URL(url).href;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
