import vectors from '../../../../../../docs/vectors/audit.json';
import { concat, toBase64, utf8 } from './bytes.js';

/** For specs: a signed note under the test key of docs/vectors, as the HSM makes them (docs/audit.md). */
export async function signedByVectors(text: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    'jwk',
    vectors.signingKey.privateJwk,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  );
  const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, utf8(text));
  const [name = '', hex = ''] = vectors.verifierKey.split('+');
  const id = Uint8Array.from([0, 2, 4, 6], (at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `${text}\n\u2014 ${name} ${toBase64(concat(id, der(new Uint8Array(raw))))}\n`;
}

/** RFC 3279, section 2.2.3. */
function der(raw: Uint8Array): Uint8Array {
  const body = concat(integer(raw.slice(0, 32)), integer(raw.slice(32)));
  return concat(Uint8Array.of(0x30, body.length), body);
}

function integer(bytes: Uint8Array): Uint8Array {
  const digits = bytes.slice(bytes.findIndex((byte) => byte !== 0));
  const positive = (digits[0] ?? 0) < 0x80 ? digits : concat(Uint8Array.of(0), digits);
  return concat(Uint8Array.of(0x02, positive.length), positive);
}
