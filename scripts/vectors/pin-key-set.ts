import { createHash, sign, verify, type KeyObject } from 'node:crypto';
import { keptEntry, keptKey, keptText, privateKeyOf, WARNING, type Kept, type PublishedKey } from './kept.js';

const TYPE = 'pinward-pin-keys+jws';
const SIGNED_AT = '2026-11-27T12:00:00Z';
const DAY_SECONDS = 86_400;

interface Case {
  readonly title: string;
  /** Which of the test keys is in the set. */
  readonly key: 0 | 1;
  readonly typ?: string;
  readonly by?: 'stranger';
  /** Whether the payload is changed after it was signed. */
  readonly isChanged?: true;
  readonly at?: string;
  readonly outcome: string;
}

const CASES: readonly Case[] = [
  { title: 'a set with the SHA-1 key', key: 0, outcome: 'trusted' },
  { title: 'a set with the SHA-256 key', key: 1, outcome: 'trusted' },
  { title: 'within five minutes of its end', key: 0, at: '2026-11-28T12:04:59Z', outcome: 'trusted' },
  { title: 'too old', key: 0, at: '2026-11-28T12:05:01Z', outcome: 'PIN_KEY_SET_EXPIRED' },
  { title: 'signed by a key that is not pinned', key: 0, by: 'stranger', outcome: 'PIN_KEY_SET_UNTRUSTED' },
  { title: 'changed after it was signed', key: 0, isChanged: true, outcome: 'PIN_KEY_SET_UNTRUSTED' },
  { title: 'a JWS of another type', key: 0, typ: 'JWT', outcome: 'PIN_KEY_SET_UNTRUSTED' },
];

/** The answer of GET /v1/pin-keys with its signature, an ES256 JWS in compact form (RFC 7515, section 7.1). */
export function pinKeySetVectors(kept: Kept, keys: readonly object[]) {
  const manifestKey = keptKey(kept, 'manifestKey', 'p256');
  const strangersKey = keptKey(kept, 'strangersKey', 'p256');
  const vectors = CASES.map(({ title, key, typ = TYPE, by, isChanged, at = SIGNED_AT, outcome }, index) => {
    const signer = by === 'stranger' ? strangersKey : manifestKey;
    const iat = Date.parse(SIGNED_AT) / 1_000;
    const set = { keys: [keys[key]] };
    const payload = { ...set, iat, exp: iat + DAY_SECONDS };
    const header = { alg: 'ES256', typ, kid: 'test-manifest-key', jwk: publicJwk(signer) };
    const before = keptEntry(kept, 'vectors', index)?.['answer'] as { signed?: unknown } | undefined;
    const input = `${encoded(header)}.${encoded(payload)}`;
    const shown =
      isChanged === true ? `${encoded(header)}.${encoded({ ...payload, exp: payload.exp + 1 })}` : input;
    const signature = keptText(
      String(before?.signed).split('.')[2],
      (text) => String(before?.signed).startsWith(`${shown}.`) && isSigned(input, text, privateKeyOf(signer)),
      () => signedWith(privateKeyOf(signer), input),
    );
    return { title, at, answer: { ...set, signed: `${shown}.${signature}` }, outcome };
  });
  return {
    title: 'Signed key sets (docs/http-api.md, GET /v1/pin-keys)',
    warning: WARNING,
    manifestPins: [thumbprint(manifestKey)],
    manifestKey,
    strangersKey,
    vectors,
  };
}

function publicJwk({ privateJwk: { x, y } }: PublishedKey) {
  return { kty: 'EC', crv: 'P-256', x, y };
}

/** RFC 7638, section 3. */
function thumbprint({ privateJwk: { x, y } }: PublishedKey): string {
  const members = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
  return createHash('sha256').update(members).digest('base64url');
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function signedWith(key: KeyObject, input: string): string {
  return sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

function isSigned(input: string, signature: string, key: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  return verify('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, bytes);
}
