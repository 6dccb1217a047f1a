import { describe, expect, it } from 'vitest';
import { beginAttempt, readAttempt, writeAttempt } from './login-attempt.js';

const returnTo = (asked: string) => beginAttempt(asked, false).returnTo;

describe('a login that was begun', () => {
  it('is read as it was written, and has its own state, nonce and verifier', () => {
    const [one, other] = [beginAttempt('/console/cards', true), beginAttempt('/console/cards', true)];
    expect(readAttempt(writeAttempt(one))).toEqual(one);
    expect(new Set([one.state, one.nonce, one.verifier, other.state, other.nonce, other.verifier]).size).toBe(
      6,
    );
  });

  it('leads to a page of the console with its query, or to the first one', () => {
    expect(returnTo('/console/cards?last4=1234&pin_status=locked')).toBe(
      '/console/cards?last4=1234&pin_status=locked',
    );
    for (const elsewhere of [
      ...[
        '',
        'cards',
        '/',
        '/console',
        '/v1/admin/cards',
        '//evil.example/console/',
        'https://evil.example/console/',
      ],
      ...[
        '/console/../v1',
        '/console/%2e%2e/v1',
        '\\\\evil.example',
        '/\\evil.example/console/',
        'javascript:alert(1)',
      ],
      ...['/console/login', '/console/callback?code=1', 'http://[', '/console/../../evil'],
    ])
      expect(returnTo(elsewhere), elsewhere).toBe('/console/');
  });

  it('is not what something else has written', () => {
    const begun = beginAttempt('/console/', false);
    const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const text of [
      null,
      '',
      'x',
      written(null),
      written([]),
      written({ ...begun, state: 1 }),
      written({ ...begun, more: 1 }),
    ])
      expect(readAttempt(text)).toBeNull();
    // The browser's word about where it leads is looked at again.
    expect(readAttempt(written({ ...begun, returnTo: 'https://evil.example/' }))?.returnTo).toBe('/console/');
  });
});
