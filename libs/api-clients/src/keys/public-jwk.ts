import { createPublicKey } from 'node:crypto';

/**
 * Signatures that clients may make: those of the FAPI 2.0 Security Profile (final), section 5.4.1. RSA with PKCS #1 v1.5
 * padding is not among them, and a symmetric one never is.
 */
export const SIGNING_ALGORITHMS = ['PS256', 'ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** A public key as it is kept: its numbers, its name, and the one algorithm that it is for. */
export interface PublicJwk {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly n?: string;
  readonly e?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

/** What is wrong with a member. */
export interface KeyFault {
  /** From the key on: "/d". */
  readonly pointer: string;
  readonly detail: string;
}

/** RFC 7518, sections 6.2.2, 6.3.2 and 6.4; RFC 8037, section 2. */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

const KID = /^[\x21-\x7e]{1,128}$/;
/** FAPI 2.0 Security Profile, section 5.4.2: RSA keys have 2048 bits at least. More than 4096 would only be slow. */
const MODULUS_BITS = { least: 2_048, most: 4_096 };
const EXPONENT_AT_MOST = 2n ** 64n;

/**
 * Reads one key of a set (RFC 7517). Members that decide nothing here (`x5c`, `x5t` and others) are left out.
 *
 * @param value as it came; a private key is refused by the name of its members, and never repeated
 */
export function readPublicJwk(value: unknown): { readonly jwk: PublicJwk } | { readonly faults: KeyFault[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { faults: [{ pointer: '', detail: 'must be a JSON Web Key' }] };
  const given = value as Readonly<Record<string, unknown>>;
  const secret = PRIVATE_MEMBERS.filter((member) => given[member] !== undefined);
  if (secret.length > 0)
    return { faults: secret.map((member) => ({ pointer: `/${member}`, detail: PRIVATE })) };
  const faults = useFaults(given);
  const numbers = numbersOf(given);
  if (!('kty' in numbers)) return { faults: [...faults, numbers] };
  if (given['alg'] !== undefined && given['alg'] !== numbers.alg)
    faults.push({ pointer: '/alg', detail: `must be ${numbers.alg} for this key` });
  return faults.length > 0 ? { faults } : { jwk: { kid: given['kid'] as string, ...numbers } };
}

const PRIVATE =
  'is part of a private or shared key: send public keys alone, and make another pair, for this one was shown';

function useFaults({ kid, use, key_ops: operations }: Readonly<Record<string, unknown>>): KeyFault[] {
  const isVerify = Array.isArray(operations) && operations.length === 1 && operations[0] === 'verify';
  return [
    ...(typeof kid === 'string' && KID.test(kid)
      ? []
      : [{ pointer: '/kid', detail: 'must name the key with 1 to 128 visible ASCII characters' }]),
    ...(use === undefined || use === 'sig' ? [] : [{ pointer: '/use', detail: 'must be sig' }]),
    ...(operations === undefined || isVerify ? [] : [{ pointer: '/key_ops', detail: 'must be ["verify"]' }]),
  ];
}

type Numbers = Omit<PublicJwk, 'kid'>;

/** The numbers as OpenSSL has read them, so that a point off its curve is refused and each has one spelling. */
function numbersOf(given: Readonly<Record<string, unknown>>): Numbers | KeyFault {
  const { kty, crv } = given;
  const alg = algorithmOf(kty, crv);
  if (alg === null)
    return { pointer: '/kty', detail: 'must be RSA, EC with the curve P-256, or OKP with the curve Ed25519' };
  try {
    const key = createPublicKey({ key: given, format: 'jwk' });
    const { n, e, x, y } = key.export({ format: 'jwk' });
    if (alg === 'EdDSA') return { alg, kty: 'OKP', crv: 'Ed25519', x: String(x) };
    if (alg === 'ES256') return { alg, kty: 'EC', crv: 'P-256', x: String(x), y: String(y) };
    const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
    if (modulusLength < MODULUS_BITS.least || modulusLength > MODULUS_BITS.most)
      return { pointer: '/n', detail: `must have ${MODULUS_BITS.least} to ${MODULUS_BITS.most} bits` };
    if (publicExponent < 3n || publicExponent % 2n === 0n || publicExponent > EXPONENT_AT_MOST)
      return { pointer: '/e', detail: 'must be odd, at least 3 and below 2^64' };
    return { alg, kty: 'RSA', n: String(n), e: String(e) };
  } catch {
    return { pointer: '', detail: 'is no key: its numbers cannot be read' };
  }
}

function algorithmOf(kty: unknown, crv: unknown): SigningAlgorithm | null {
  if (kty === 'RSA') return 'PS256';
  if (kty === 'EC' && crv === 'P-256') return 'ES256';
  return kty === 'OKP' && crv === 'Ed25519' ? 'EdDSA' : null;
}
