import { z } from 'zod';
import type { ApiClient, PublicJwk } from '#libs/api-clients';
import { isSignedBy, readJws, type ReadJws } from './read-jws.js';

/** As it came, unchecked. */
export interface ShownAssertion {
  readonly assertion: string;
  /** The form's; RFC 7521, section 4.2, asks for none. */
  readonly clientId: string | null;
  /** Where clients of several tenants have one id and one key. */
  readonly tenantId: string | null;
}

/** What is wrong with an assertion that the client's own key has signed: told to the client, as it is its own fault. */
export const ASSERTION_FLAWS = {
  subject: 'iss and sub of the client assertion must both be the client id.',
  audience: 'aud of the client assertion must be the issuer, as one string.',
  expired: 'The client assertion has expired: its exp has passed.',
  lasting: 'exp of the client assertion must be there, and at most 300 seconds ahead.',
  early: 'iat or nbf of the client assertion lies ahead: compare the clocks.',
  unnamed: 'jti of the client assertion must be there, with 1 to 256 characters.',
  replayed: 'The client assertion was shown before: make another one for each request.',
} as const;
export type AssertionFlaw = keyof typeof ASSERTION_FLAWS;

/** An assertion of a known key that says something wrong. */
export class AssertionRefused extends Error {
  override readonly name = 'AssertionRefused';

  constructor(readonly flaw: AssertionFlaw) {
    super(flaw);
  }
}

/** Longer than one of RSA 4096 with all claims. */
const LONGEST_ASSERTION = 4_096;
const LONGEST_LIFE_SECONDS = 300;
/**
 * FAPI 2.0 Security Profile, section 5.3.2.1: what lies up to 10 seconds ahead is accepted. The clocks of a client may
 * also be so much behind.
 */
const CLOCK_TOLERANCE_SECONDS = 10;

/**
 * An access token or a DPoP proof of the same key is no assertion (RFC 8725, section 3.11). Without a type it is one of
 * RFC 7523, which has none.
 */
const TYPES: readonly unknown[] = [undefined, 'JWT', 'client-authentication+jwt'];
/** Keys come from the register alone, and no extension is understood (RFC 7515, sections 4.1.2 to 4.1.6 and 4.1.11). */
const REFUSED_HEADERS = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64'] as const;

/** A key that may have signed, with its client. */
export interface Candidate {
  readonly client: ApiClient;
  readonly key: PublicJwk;
}

/** An assertion that has the form of one, unverified. */
export interface Assertion extends ReadJws {
  readonly text: string;
  readonly kid: string;
  readonly alg: string;
  readonly sub: string;
}

/** @returns null for what can be no assertion of any client */
export function readAssertion(text: string): Assertion | null {
  const read = text.length <= LONGEST_ASSERTION ? readJws(text) : null;
  if (read === null || !TYPES.includes(read.header['typ'])) return null;
  if (REFUSED_HEADERS.some((name) => read.header[name] !== undefined)) return null;
  const { kid, alg } = read.header;
  const { sub } = read.payload;
  // PostgreSQL refuses U+0000 in a parameter.
  const named = [kid, alg, sub].every((member) => typeof member === 'string' && !member.includes('\0'));
  return named ? { ...read, text, kid: String(kid), alg: String(alg), sub: String(sub) } : null;
}

/**
 * The client whose key has signed. Public keys can be registered by anyone: where two tenants have the same key for
 * clients of the same id, it is nobody's, unless the request names the tenant.
 */
export async function signerOf(
  { text, alg }: Assertion,
  candidates: readonly Candidate[],
): Promise<ApiClient | null> {
  // Without a key, one signature is verified in vain, so that the time tells nothing.
  const decoy = DECOYS.find((key) => key.alg === alg);
  if (candidates.length === 0 && decoy !== undefined) await isSignedBy(text, decoy);
  const signed = new Map<string, ApiClient>();
  for (const { client, key } of candidates)
    if (await isSignedBy(text, key)) signed.set(client.tenantId, client);
  const [client] = signed.values();
  return signed.size === 1 && client !== undefined ? client : null;
}

/** Keys of no client: the public ones of RFC 7515, appendices A.2.1 and A.3.1, and of RFC 8037, appendix A.2. */
const DECOYS: readonly PublicJwk[] = [
  {
    ...{ kid: 'rfc7515-a2', alg: 'PS256', kty: 'RSA', e: 'AQAB' },
    n:
      'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-' +
      'pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2Ca' +
      'pHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb5' +
      '4h4FRWyuXpoQ',
  },
  {
    ...{ kid: 'rfc7515-a3', alg: 'ES256', kty: 'EC', crv: 'P-256' },
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  },
  {
    ...{ kid: 'rfc8037-a2', alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519' },
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
];

const date = z.int().positive();
const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.string(),
  exp: date,
  iat: date.optional(),
  nbf: date.optional(),
  jti: z.string().min(1).max(256),
});

/** A claim of another form is the flaw of its name. */
const FLAW_OF: Readonly<Record<string, AssertionFlaw>> = {
  iss: 'subject',
  sub: 'subject',
  aud: 'audience',
  exp: 'lasting',
  iat: 'early',
  nbf: 'early',
  jti: 'unnamed',
};

/**
 * The claims of RFC 7523, section 3, by the rules of the FAPI 2.0 Security Profile, section 5.3.2.1.
 *
 * @returns what is claimed once, and for how many seconds it could be shown
 * @throws AssertionRefused
 */
export function checkedClaims(
  { payload }: Assertion,
  issuer: string,
  now: Date,
): { readonly jti: string; readonly secondsLeft: number } {
  const { data: claims, error } = claimsSchema.safeParse(payload);
  if (claims === undefined)
    throw new AssertionRefused(FLAW_OF[String(error.issues[0]?.path[0])] ?? 'subject');
  const { iss, sub, aud, exp, iat = 0, nbf = 0, jti } = claims;
  const seconds = now.getTime() / 1_000;
  if (iss !== sub) throw new AssertionRefused('subject');
  if (aud !== issuer) throw new AssertionRefused('audience');
  const secondsLeft = exp + CLOCK_TOLERANCE_SECONDS - seconds;
  if (secondsLeft <= 0) throw new AssertionRefused('expired');
  if (exp > seconds + CLOCK_TOLERANCE_SECONDS + LONGEST_LIFE_SECONDS) throw new AssertionRefused('lasting');
  if (Math.max(iat, nbf) > seconds + CLOCK_TOLERANCE_SECONDS) throw new AssertionRefused('early');
  return { jti, secondsLeft };
}
