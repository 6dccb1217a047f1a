import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashSecret, verifySecret as verifyFor } from './secret-hash.js';

const asker = { tenantId: 'default' };
const verifySecret = (secret: string, hash: string) => verifyFor(secret, hash, asker);

describe('the hash of a client secret', () => {
  it('is scrypt with N = 2^4, r = 8, p = 1 in PHC string format, salted anew each time', async () => {
    const [one, other] = await Promise.all([hashSecret('a secret'), hashSecret('a secret')]);
    expect(one).not.toBe(other);
    const parts = /^\$scrypt\$ln=4,r=8,p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/.exec(one ?? '');
    const salt = Buffer.from(parts?.[1] ?? '', 'base64');
    const cost = { N: 2 ** 4, r: 8, p: 1 };
    expect(parts?.[2]).toBe(scryptSync('a secret', salt, 32, cost).toString('base64').replace('=', ''));
  });

  it('verifies its secret and no other', async () => {
    const hash = await hashSecret('a secret');
    expect(await verifySecret('a secret', hash)).toBe(true);
    expect(await verifySecret('a secret ', hash)).toBe(false);
  });

  it('is read with its own parameters, so that those of older versions are', async () => {
    const salt = Buffer.alloc(16, 7);
    const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const hash = scryptSync('a secret', salt, 32, { N: 2 ** 4, r: 4, p: 2 });
    const phc = `$scrypt$ln=4,r=4,p=2$${base64(salt)}$${base64(hash)}`;
    expect(await verifySecret('a secret', phc)).toBe(true);
    expect(await verifySecret('another', phc)).toBe(false);
  });

  it.each(['', 'a secret', '$argon2id$v=19$m=1$a$b', '$scrypt$ln=15,r=8,p=1$short$short'])(
    'is never %j',
    async (hash) => {
      await expect(verifySecret('a secret', hash)).rejects.toThrow('PHC string format');
    },
  );
});

describe('comparisons at once', () => {
  it("wait in their tenant's line alone: a full one sends its own away, and no other's", async () => {
    const hash = await hashSecret('a secret');
    const crowd = Array.from({ length: 50 }, () => verifyFor('another', hash, { tenantId: 'crowd' }));
    const other = verifyFor('a secret', hash, { tenantId: 'other' });
    const settled = await Promise.allSettled(crowd);
    // Two at work and eight waiting.
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await other).toBe(true);
  });

  it('are not made for a caller who has gone', async () => {
    const hash = await hashSecret('a secret');
    const busy = [1, 2].map(() => verifySecret('a secret', hash));
    const gone = verifyFor('a secret', hash, { ...asker, signal: AbortSignal.abort() });
    await expect(gone).rejects.toMatchObject({ code: 'RATE_LIMITED', members: { limit: 'old-secrets' } });
    expect(await Promise.all(busy)).toEqual([true, true]);
  });
});
