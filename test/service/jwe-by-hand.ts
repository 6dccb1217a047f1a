import { createDecipheriv, createHash } from 'node:crypto';

/** A part of a compact serialization (RFC 7516, section 7.1). */
export function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
}

/** AES-256-GCM over the encoded header (RFC 7516, section 5.2). */
export function opened(body: unknown, key: Buffer): unknown {
  const [header = '', , iv = '', ciphertext = '', tag = ''] = (body as { jwe: string }).jwe.split('.');
  const bytes = (part: string) => Buffer.from(part, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes(iv));
  decipher.setAAD(Buffer.from(header, 'ascii')).setAuthTag(bytes(tag));
  return JSON.parse(Buffer.concat([decipher.update(bytes(ciphertext)), decipher.final()]).toString('utf8'));
}

/** RFC 7518, section 4.6.2, for one block of SHA-256 and no party info. */
export function concatKdf(secret: Buffer, algorithm: string, bits: number): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const otherInfo = [number(algorithm.length), Buffer.from(algorithm), number(0), number(0), number(bits)];
  return createHash('sha256')
    .update(Buffer.concat([number(1), secret, ...otherInfo]))
    .digest();
}
