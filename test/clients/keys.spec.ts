import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PersonRegistry, type NewKeys } from '#libs/api-clients';
import { cardApp, ClientKit, contextOf, refusalsOf } from './client-kit.js';
import { SigningKey } from './signing-keys.js';

let kit: ClientKit;
let first: NewKeys;
let second: NewKeys;
beforeAll(async () => {
  kit = await ClientKit.open();
  const made = [await SigningKey.make('ES256', 'first'), await SigningKey.make('ES256', 'second')];
  [first = {}, second = {}] = made.map(({ set }) => ({ jwks: set }));
});
afterAll(() => kit[Symbol.asyncDispose]());

/** @returns its id */
async function keyed(keys: NewKeys = first, asked = {}): Promise<string> {
  const client = cardApp(asked);
  await kit.keys().create(contextOf(), client, keys);
  return client.clientId;
}

/** The names of the keys by which it is let in. */
async function usable(clientId: string, strict = false): Promise<string[]> {
  const [holder] = await kit.keys({ refuseOldSecrets: strict }).holders(clientId);
  const contents = holder?.usable.map(({ content }) => content) ?? [];
  return contents.flatMap((content) =>
    'keys' in content ? content.keys.map(({ kid }) => kid) : [Object.keys(content).join('')],
  );
}

describe('keys of a client', () => {
  it('work until they are replaced, and then until the overlap ends', async () => {
    const clientId = await keyed();
    await kit.keys().replace(contextOf(), clientId, second);
    kit.passHours(23.9);
    expect(await usable(clientId)).toEqual(['second', 'first']);
    kit.passHours(0.1);
    expect(await usable(clientId)).toEqual(['second']);
    expect(await kit.auditOf(clientId)).toEqual([
      'client.create created',
      'client.rotate-keys rotated',
      'client.rotate-keys rotated',
    ]);
  });

  it('are replaced by the client once an overlap, also when many ask at once', async () => {
    const clientId = await keyed();
    const own = () => kit.keys().replaceOwn(contextOf({ clientId }), second, 'private_key_jwt');
    const settled = await Promise.allSettled(Array.from({ length: 8 }, own));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refusalsOf(settled)).toEqual(['KEYS_OVERLAP']);
    expect(await usable(clientId)).toEqual(['second', 'first']);
    kit.passHours(24);
    await own();
  });

  it('and certificates have their own generations', async () => {
    const clientId = await keyed();
    await kit.owner.query(
      `INSERT INTO client_keys (tenant_id, client_id, method, key_no, content, created_at)
       VALUES ('default', $1, 'tls_client_auth', 1, '{"thumbprints":["x"]}', $2)`,
      [clientId, kit.now()],
    );
    await kit.keys().replace(contextOf(), clientId, second);
    expect((await usable(clientId)).toSorted()).toEqual(['first', 'second', 'thumbprints']);
  });

  it('of a revoked client let nobody in', async () => {
    const clientId = await keyed();
    await kit.registry().revoke(contextOf(), clientId);
    expect(await kit.keys().holders(clientId)).toEqual([]);
    await expect(kit.keys().replace(contextOf(), clientId, second)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
    await expect(kit.keys().withdraw(contextOf(), clientId, 'private_key_jwt')).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('belong to a tenant', async () => {
    const tenantId = await kit.newTenant();
    const clientId = await keyed();
    const foreign = contextOf({ tenantId });
    await expect(kit.keys().replace(foreign, clientId, second)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
    await expect(kit.keys().withdraw(foreign, clientId, 'private_key_jwt')).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('that are uploaded grow old as secrets do: a warning once for all replicas, and an end where the policy says', async () => {
    const [old, rotated, atUrl] = [
      await keyed(),
      await keyed(),
      await keyed({ jwksUri: 'https://keys.example/jwks.json' }),
    ];
    const ours = [old, rotated, atUrl];
    const createdAt = kit.now();
    kit.passDays(75.9);
    await kit.keys().replace(contextOf(), rotated, second);
    const ofOurs = (found: readonly { readonly clientId: string }[]) =>
      found.filter(({ clientId }) => ours.includes(clientId));
    expect(ofOurs(await kit.keys().markAgeing())).toEqual([]);
    kit.passDays(0.1);
    const replicas = await Promise.all(Array.from({ length: 4 }, () => kit.keys().markAgeing()));
    const rotateBefore = new Date(createdAt.getTime() + 90 * 86_400_000);
    expect(ofOurs(replicas.flat())).toEqual([
      {
        tenantId: 'default',
        clientId: old,
        method: 'private_key_jwt',
        keysCreatedAt: createdAt,
        rotateBefore,
      },
    ]);
    const events = await kit.owner.query<{ data: string }[]>(
      "SELECT data FROM outbox_events WHERE type = 'client.keys_expiring' AND data::jsonb ->> 'clientId' = $1",
      [old],
    );
    expect(events).toHaveLength(1);
    kit.passDays(13.9);
    expect(await usable(old, true)).toEqual(['first']);
    kit.passDays(0.1);
    expect([
      await usable(old, true),
      await usable(old),
      await usable(rotated, true),
      await usable(atUrl, true),
    ]).toEqual([[], ['first'], ['second'], ['jwksUri']]);
  });
});

describe('persons who can decide', () => {
  it('are those whose clients the tenant’s demands let in, with a secret or with keys', async () => {
    const persons = new PersonRegistry(kit.dataSource);
    const tenantId = await kit.newTenant();
    const count = async () => await persons.countDeciders(tenantId, 'ops:clients');
    for (const name of ['Ada Lovelace', 'Grace Hopper'])
      await persons.register(contextOf({ tenantId }), name);
    const operator = (name: string, person: string) =>
      cardApp({ clientId: name, scopes: ['ops:clients'], person });
    await kit.registry().create(contextOf({ tenantId }), operator('ops-ada', 'Ada Lovelace'));
    await kit.keys().create(contextOf({ tenantId }), operator('ops-grace', 'Grace Hopper'), first);
    expect(await count()).toBe(2);
    const demand = async (methods: string) =>
      await kit.owner.query<unknown[]>(
        `INSERT INTO client_demands (tenant_id, demand_no, methods, sender_constrained, valid_from, set_by, set_through, reason)
         SELECT $1, count(*) + 1, ARRAY[$2], false, now(), 'x', 'x', 'x' FROM client_demands WHERE tenant_id = $1`,
        [tenantId, methods],
      );
    await demand('private_key_jwt');
    expect(await count()).toBe(1);
    await demand('tls_client_auth');
    expect(await count()).toBe(0);
  });
});
