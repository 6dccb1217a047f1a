import { randomBytes, scryptSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientKit, contextOf, FROM_HERE, refusalsOf, type Known } from './client-kit.js';

let kit: ClientKit;
beforeAll(async () => {
  kit = await ClientKit.open();
});
afterAll(() => kit[Symbol.asyncDispose]());

const WRONG = `pwcs_${'A'.repeat(43)}`;

/** A client as the version before made it. */
async function oldClient(tenantId?: string): Promise<Known> {
  const client = await kit.newClient(tenantId === undefined ? {} : { tenantId });
  await forget(client);
  await kit.owner.query('UPDATE client_secrets SET hash = $2 WHERE client_id = $1', [
    client.clientId,
    slowHash(client.secret),
  ]);
  return client;
}

/** RFC 7914 in PHC string format, at the cost of the version before. */
function slowHash(secret: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(secret, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 });
  const [first, second] = [salt, hash].map((bytes) => bytes.toString('base64').replaceAll('=', ''));
  return `$scrypt$ln=15,r=8,p=1$${first}$${second}`;
}

async function forget({ clientId }: Known): Promise<void> {
  await kit.owner.query('UPDATE client_secrets SET digest = NULL WHERE client_id = $1', [clientId]);
}

async function digestsOf({ clientId }: Known): Promise<(string | null)[]> {
  const rows = await kit.owner.query<{ digest: string | null }[]>(
    "SELECT encode(digest, 'hex') AS digest FROM client_secrets WHERE client_id = $1 ORDER BY secret_no",
    [clientId],
  );
  return rows.map(({ digest }) => digest);
}

describe('a secret that the version before made', () => {
  it('works, and is compared by its slow hash until it has worked once', async () => {
    const client = await kit.newClient();
    const made = await digestsOf(client);
    await forget(client);
    kit.comparisons = 0;
    for (let time = 0; time < 3; time += 1) {
      expect(await kit.registry().authenticate(client.clientId, client.secret, FROM_HERE)).not.toBeNull();
    }
    expect(kit.comparisons).toBe(1);
    expect(await digestsOf(client)).toEqual(made);
  });

  it('costs the same compared with a right and a wrong one, whichever of two it is', async () => {
    const { clientId, secret: older } = await oldClient();
    const { secret } = await kit.registry().rotateSecret(contextOf(), clientId);
    for (const asked of [WRONG, secret.reveal(), older]) {
      await forget({ clientId, secret: asked });
      kit.comparisons = 0;
      await kit.registry().authenticate(clientId, asked, FROM_HERE);
      expect(kit.comparisons).toBe(2);
    }
  });

  it('is neither compared nor written from an address that is none of its client', async () => {
    const client = await oldClient();
    kit.comparisons = 0;
    const elsewhere = { mayCallFromHere: () => false };
    expect(await kit.registry().authenticate(client.clientId, client.secret, elsewhere)).toBeNull();
    expect(kit.comparisons).toBe(0);
    expect(await digestsOf(client)).toEqual([null]);
  });

  it('is compared in the line of its tenant, as long as its caller waits', async () => {
    const tenantId = await kit.newTenant();
    const client = await oldClient(tenantId);
    const { signal } = new AbortController();
    await kit.registry().authenticate(client.clientId, WRONG, { ...FROM_HERE, signal });
    expect(kit.lastAsker).toEqual({ tenantId, signal });
    expect(kit.lastAsker?.signal).toBe(signal);
  });

  it('gets no digest by a wrong one, nor when its client is revoked', async () => {
    const client = await oldClient();
    expect(await kit.registry().authenticate(client.clientId, WRONG, FROM_HERE)).toBeNull();
    await kit.registry().revoke(contextOf(), client.clientId);
    kit.comparisons = 0;
    expect(await kit.registry().authenticate(client.clientId, client.secret, FROM_HERE)).toBeNull();
    expect(kit.comparisons).toBe(0);
    expect(await digestsOf(client)).toEqual([null]);
  });

  it('makes a crowd of guesses wait or go, and works when they have gone', async () => {
    const [client, other] = await Promise.all([oldClient(), kit.newClient()]);
    const guesses = Promise.allSettled(
      Array.from({ length: 200 }, () => kit.registry().authenticate(client.clientId, WRONG, FROM_HERE)),
    );
    // Meanwhile a client with a digest does not wait.
    expect(await kit.registry().authenticate(other.clientId, other.secret, FROM_HERE)).not.toBeNull();
    const settled = await guesses;
    expect(refusalsOf(settled)).toEqual(['RATE_LIMITED']);
    expect(settled.filter((one) => one.status === 'fulfilled' && one.value !== null)).toEqual([]);
    expect(await kit.registry().authenticate(client.clientId, client.secret, FROM_HERE)).not.toBeNull();
  });
});

it("no digest is written over another, with the service's role", async () => {
  const client = await kit.newClient();
  const before = await digestsOf(client);
  await kit.dataSource.query("SELECT pinward_remember_secret_digest('default', $1, 1, sha256('mine'))", [
    client.clientId,
  ]);
  expect(await digestsOf(client)).toEqual(before);
  const overwrite = kit.dataSource.query("UPDATE client_secrets SET digest = sha256('mine')");
  await expect(overwrite).rejects.toMatchObject({ code: '42501' });
});
