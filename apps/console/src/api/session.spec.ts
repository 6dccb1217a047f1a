import { describe, expect, it } from 'vitest';
import { clockSkew, loginAddress } from './session.js';

describe('the clock of the server', () => {
  const now = Date.parse('2026-11-29T23:00:00Z');

  it('counts where it differs', () => {
    expect(clockSkew('Sun, 29 Nov 2026 23:05:00 GMT', now)).toBe(300_000);
    expect(clockSkew('Sun, 29 Nov 2026 22:59:00 GMT', now)).toBe(-60_000);
  });

  it.each(['Sun, 29 Nov 2026 23:00:01 GMT', null, 'nonsense'])('does not for %j', (date) => {
    expect(clockSkew(date, now)).toBe(0);
  });
});

it('a login comes back to the place, query included', () => {
  expect(loginAddress('/console/cards?pin_status=locked', false)).toBe(
    '/console/login?return_to=%2Fconsole%2Fcards%3Fpin_status%3Dlocked',
  );
  expect(loginAddress('/console/', true)).toBe('/console/login?return_to=%2Fconsole%2F&fresh=true');
});
