import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SessionSecret } from './session-secret.js';

const SESSION = '0198c1f4-6b7a-7c1e-9a55-3f0d6e2b8a10';

describe('the secret of a session', () => {
  it('is another one each time, and shows itself nowhere', () => {
    const [one, other] = [SessionSecret.make(), SessionSecret.make()];
    expect(one.reveal()).not.toBe(other.reveal());
    for (const shown of [one.toString(), JSON.stringify({ one }), inspect(one), inspect({ deep: [one] })]) {
      expect(shown).not.toContain(one.reveal());
      expect(shown).not.toContain(one.bytes.toString('hex'));
    }
  });

  it('is read from its one spelling', () => {
    const secret = SessionSecret.make();
    expect(SessionSecret.parse(secret.reveal())?.reveal()).toBe(secret.reveal());
    for (const other of [
      '',
      'x',
      `${secret.reveal()}=`,
      `${secret.reveal()}AA`,
      secret.reveal().slice(1),
      `${secret.reveal()} `,
    ])
      expect(SessionSecret.parse(other)).toBeNull();
  });

  it('is kept as its SHA-256', () => {
    const secret = SessionSecret.make();
    expect(secret.hash()).toEqual(createHash('sha256').update(secret.bytes).digest());
  });

  it('gives a token against forged requests that is no other session’s, and tells nothing of it', () => {
    const [one, other] = [SessionSecret.make(), SessionSecret.make()];
    expect(one.isCsrfToken(one.csrfToken())).toBe(true);
    for (const wrong of [
      other.csrfToken(),
      '',
      one.reveal(),
      one.hash().toString('base64url'),
      `${one.csrfToken()}A`,
    ])
      expect(one.isCsrfToken(wrong)).toBe(false);
  });

  it('opens what it sealed for that session, and nothing else', () => {
    const [one, other] = [SessionSecret.make(), SessionSecret.make()];
    const sealed = one.seal('refresh me', SESSION);
    expect(sealed.includes('refresh me')).toBe(false);
    expect(one.open(sealed, SESSION)).toBe('refresh me');
    expect(() => other.open(sealed, SESSION)).toThrow();
    expect(() => one.open(sealed, SESSION.replace('0', '1'))).toThrow();
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => one.open(changed, SESSION)).toThrow();
    }
    expect(one.seal('refresh me', SESSION)).not.toEqual(sealed);
  });

  it('refuses a shortened tag', () => {
    const secret = SessionSecret.make();
    expect(() => secret.open(secret.seal('refresh me', SESSION).subarray(0, -4), SESSION)).toThrow();
    expect(() => secret.open(Buffer.alloc(8), SESSION)).toThrow();
  });
});
