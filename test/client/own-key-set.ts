import { constants, createHash, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { CompactSign, exportJWK } from 'jose';
import type { EncryptedPin, PinKeySet } from '#libs/client';

const MINUTES_OF_LIFE = 10;

export const OWN_CARD = { pinAccount: '987654321098', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };

/** A key set whose private keys the test has: it plays the HSM where what is encrypted matters, and no answer. */
export class OwnKeySet {
  private constructor(
    readonly keySet: PinKeySet,
    readonly thumbprint: string,
    private readonly open: (ciphertext: Buffer) => Buffer,
  ) {}

  static async make(): Promise<OwnKeySet> {
    const transport = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const manifest = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { n = '', e = '' } = transport.publicKey.export({ format: 'jwk' });
    const kind = { kty: 'RSA', alg: 'RSA-OAEP', use: 'enc', expiresAt: null } as const;
    const keys = [{ ...kind, kid: 'pin-transport-1', n, e, current: true }];
    const jwk = await exportJWK(manifest.publicKey);
    const { crv, kty, x, y } = jwk;
    const iat = Math.floor(Date.now() / 1_000);
    const payload = JSON.stringify({ keys, iat, exp: iat + MINUTES_OF_LIFE * 60 });
    const signed = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg: 'ES256', typ: 'pinward-pin-keys+jws', kid: 'manifest-signing-1', jwk })
      .sign(manifest.privateKey);
    // RFC 7638, section 3.
    const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
    const key = { key: transport.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return new OwnKeySet({ keys, signed }, thumbprint, (ciphertext) => privateDecrypt(key, ciphertext));
  }

  get attributes(): Readonly<Record<string, string>> {
    const { cardId, pinAccount } = OWN_CARD;
    return { 'card-id': cardId, 'pin-account': pinAccount, 'manifest-pins': this.thumbprint };
  }

  /** The PIN in an envelope for the card above (ISO 9564-1, format 0). */
  pinIn({ ciphertext }: EncryptedPin): string {
    const block = this.open(Buffer.from(ciphertext, 'base64url')).subarray(0, 8);
    const account = Buffer.from(`0000${OWN_CARD.pinAccount}`, 'hex');
    const field = Buffer.from(block.map((byte, index) => byte ^ (account[index] ?? 0))).toString('hex');
    return field.slice(2, 2 + Number.parseInt(field[1] ?? '', 16));
  }
}
