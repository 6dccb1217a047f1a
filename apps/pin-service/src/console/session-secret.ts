import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const SECRET_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * What the browser's cookie holds. All else of a session follows from it and is not kept: its place in the database, the
 * token against forged requests, the key of the provider's refresh token.
 */
export class SessionSecret {
  private constructor(readonly bytes: Buffer) {}

  static make(): SessionSecret {
    return new SessionSecret(randomBytes(SECRET_BYTES));
  }

  /** @returns null for a text that cannot be one */
  static parse(text: string): SessionSecret | null {
    const bytes = Buffer.from(text, 'base64url');
    return bytes.length === SECRET_BYTES && bytes.toString('base64url') === text
      ? new SessionSecret(bytes)
      : null;
  }

  /** For the cookie, and nothing else. */
  reveal(): string {
    return this.bytes.toString('base64url');
  }

  /** SHA-256: what the database keeps. */
  hash(): Buffer {
    return createHash('sha256').update(this.bytes).digest();
  }

  /** The page sends it with each call that changes something; another site's page cannot know it. */
  csrfToken(): string {
    return createHmac('sha256', this.bytes).update('pinward:console-csrf:v1').digest('base64url');
  }

  isCsrfToken(given: string): boolean {
    const [one, other] = [Buffer.from(given), Buffer.from(this.csrfToken())];
    return one.length === other.length && timingSafeEqual(one, other);
  }

  /** @param sessionId bound to it: a row's text opens in no other row */
  seal(text: string, sessionId: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.sealKey(), iv).setAAD(Buffer.from(sessionId));
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws Error when it was not sealed under this secret for this session */
  open(sealed: Buffer, sessionId: string): string {
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', this.sealKey(), sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(sessionId))
      .setAuthTag(sealed.subarray(end));
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, end)), decipher.final()]).toString(
      'utf8',
    );
  }

  private sealKey(): Buffer {
    return Buffer.from(hkdfSync('sha256', this.bytes, '', 'pinward:console-refresh:v1', 32));
  }

  toString(): string {
    return '[session secret]';
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
