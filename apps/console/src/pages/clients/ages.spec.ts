import { describe, expect, it } from 'vitest';
import { ageOf, ageOfClient } from './ages.js';

const AT = '2026-11-25T12:00:00.000Z';

describe('an age against the limit', () => {
  it.each([
    [0, 'good'],
    [75, 'good'],
    [76, 'warning'],
    [89, 'warning'],
    [90, 'bad'],
  ])('of %i days is %s', (days, tone) => expect(ageOf(days, 90).tone).toBe(tone));

  it('of a client is that of the oldest that does not run out by itself', () => {
    const secrets = [
      { createdAt: AT, ageDays: 0 },
      { createdAt: AT, ageDays: 85, expiresAt: AT },
    ];
    expect(ageOfClient({ secrets, keys: [] }, 90)?.days).toBe(0);
    const keys = [{ method: 'private_key_jwt' as const, kids: ['a'], createdAt: AT, ageDays: 40 }];
    expect(ageOfClient({ secrets, keys }, 90)?.days).toBe(40);
  });

  it('is none for a revoked client, and for keys at a URL', () => {
    const secrets = [{ createdAt: AT, ageDays: 1 }];
    expect(ageOfClient({ secrets, keys: [], revokedAt: AT }, 90)).toBeNull();
    const keys = [{ method: 'private_key_jwt' as const, jwksUri: 'https://a.example/k', createdAt: AT }];
    expect(ageOfClient({ secrets: [], keys }, 90)).toBeNull();
  });
});
