import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TimeOrNever } from '#libs/database';
import { ClientKit, contextOf, FROM_HERE, refusalsOf, type Known } from './client-kit.js';

let kit: ClientKit;
beforeAll(async () => {
  kit = await ClientKit.open();
});
afterAll(() => kit[Symbol.asyncDispose]());

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
const UNKNOWN_SECRET = `pwcs_${'A'.repeat(43)}`;

async function works({ clientId, secret }: Known): Promise<boolean> {
  return (await kit.registry().authenticate(clientId, secret, FROM_HERE))?.clientId === clientId;
}

async function rotate(clientId: string): Promise<string> {
  return (await kit.registry().rotateSecret(contextOf(), clientId)).secret.reveal();
}

describe('authenticating', () => {
  it('lets in the client with its own secret and no other', async () => {
    const [one, other] = await Promise.all([kit.newClient(), kit.newClient()]);
    expect(await kit.registry().authenticate(one.clientId, one.secret, FROM_HERE)).toMatchObject({
      clientId: one.clientId,
      scopes: ['pin:validate'],
    });
    for (const secret of [other.secret, UNKNOWN_SECRET, '', `${one.secret} `, one.secret.toLowerCase()]) {
      expect(await kit.registry().authenticate(one.clientId, secret, FROM_HERE)).toBeNull();
    }
    expect(await kit.registry().authenticate('no-such-client', one.secret, FROM_HERE)).toBeNull();
  });

  it('costs a refusal no slow hash, whether the client is there, unknown, revoked, being rotated or elsewhere', async () => {
    const [known, revoked, rotated] = await Promise.all([kit.newClient(), kit.newClient(), kit.newClient()]);
    await kit.registry().revoke(contextOf(), revoked.clientId);
    await rotate(rotated.clientId);
    const elsewhere = { mayCallFromHere: () => false };
    const attempts = [
      [known.clientId, UNKNOWN_SECRET, FROM_HERE],
      [known.clientId, known.secret, elsewhere],
      ['no-such-client', UNKNOWN_SECRET, FROM_HERE],
      ['Not A Client Id\0', UNKNOWN_SECRET, FROM_HERE],
      [revoked.clientId, revoked.secret, FROM_HERE],
      [rotated.clientId, UNKNOWN_SECRET, FROM_HERE],
    ] as const;
    kit.comparisons = 0;
    for (const [clientId, secret, from] of attempts) {
      expect(await kit.registry().authenticate(clientId, secret, from)).toBeNull();
      expect(kit.comparisons, clientId).toBe(0);
    }
  });
});

describe('a rotation', () => {
  it('makes the new secret work at once and the old one until the overlap ends', async () => {
    const { clientId, secret: old } = await kit.newClient();
    const { client, secret } = await kit.registry().rotateSecret(contextOf(), clientId);
    const next = secret.reveal();
    const rotatedAt = kit.now();
    expect(client.secrets).toEqual([
      { createdAt: rotatedAt, expiresAt: TimeOrNever.never },
      { createdAt: rotatedAt, expiresAt: TimeOrNever.at(new Date(rotatedAt.getTime() + 24 * 3_600_000)) },
    ]);
    kit.passHours(23.9);
    expect([await works({ clientId, secret: old }), await works({ clientId, secret: next })]).toEqual([
      true,
      true,
    ]);
    kit.passHours(0.1);
    expect([await works({ clientId, secret: old }), await works({ clientId, secret: next })]).toEqual([
      false,
      true,
    ]);
    expect(await kit.auditOf(clientId)).toEqual(['client.create created', 'client.rotate-secret rotated']);
  });

  it('ends the oldest when it comes within the overlap: never more than two work', async () => {
    const { clientId, secret: first } = await kit.newClient();
    const second = await rotate(clientId);
    const third = await rotate(clientId);
    const working = [first, second, third].map((secret) => works({ clientId, secret }));
    expect(await Promise.all(working)).toEqual([false, true, true]);
    const kept = await kit.owner.query<unknown[]>('SELECT FROM client_secrets WHERE client_id = $1', [
      clientId,
    ]);
    expect(kept).toHaveLength(2);
  });

  it('happens once, however many copies of the request come at once', async () => {
    const { clientId, secret: first } = await kit.newClient();
    const context = contextOf({ clientId });
    const copies = Array.from({ length: 20 }, () => kit.registry().rotateOwnSecret(context));
    const settled = await Promise.allSettled(copies);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refusalsOf(settled)).toEqual(['REQUEST_NOT_REPLAYABLE']);
    expect(await works({ clientId, secret: first })).toBe(true);
    await expect(kit.registry().rotateOwnSecret(context)).rejects.toThrow(code('REQUEST_NOT_REPLAYABLE'));
    const other = contextOf({ clientId, requestId: context.requestId, body: 'other' });
    await expect(kit.registry().rotateOwnSecret(other)).rejects.toThrow(code('REQUEST_ID_REUSED'));
  });

  it('by the client itself happens once an overlap, also when many ask at once', async () => {
    const { clientId, secret: first } = await kit.newClient();
    const own = () => kit.registry().rotateOwnSecret(contextOf({ clientId }));
    const settled = await Promise.allSettled(Array.from({ length: 10 }, own));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refusalsOf(settled)).toEqual(['SECRET_OVERLAP']);
    expect(await works({ clientId, secret: first })).toBe(true);
    kit.passHours(23.9);
    await expect(own()).rejects.toThrow(code('SECRET_OVERLAP'));
    kit.passHours(0.1);
    expect((await own()).client.secrets).toHaveLength(2);
  });

  it('leaves two secrets when several rotations meet', async () => {
    const { clientId } = await kit.newClient();
    const secrets = await Promise.all(Array.from({ length: 5 }, () => rotate(clientId)));
    const working = await Promise.all(secrets.map((secret) => works({ clientId, secret })));
    expect(working.filter(Boolean)).toHaveLength(2);
  });

  it('is not for a client that is revoked or not registered', async () => {
    const { clientId } = await kit.newClient();
    await kit.registry().revoke(contextOf(), clientId);
    for (const caller of [clientId, 'vouched-for-elsewhere']) {
      const own = kit.registry().rotateOwnSecret(contextOf({ clientId: caller }));
      await expect(own).rejects.toThrow(code('CLIENT_NOT_FOUND'));
    }
  });
});

describe('an old secret', () => {
  it('works on unless the policy refuses it, and then to the day', async () => {
    const { clientId, secret } = await kit.newClient();
    const strict = kit.registry({ refuseOldSecrets: true });
    kit.passDays(89.9);
    expect(await strict.authenticate(clientId, secret, FROM_HERE)).not.toBeNull();
    kit.passDays(0.1);
    expect(await strict.authenticate(clientId, secret, FROM_HERE)).toBeNull();
    expect(await works({ clientId, secret })).toBe(true);
    const next = await rotate(clientId);
    expect(await strict.authenticate(clientId, next, FROM_HERE)).not.toBeNull();
  });

  it('is warned of from day 76, once for all replicas, with an event that names no secret', async () => {
    const [ageing, rotated, revoked] = await Promise.all([kit.newClient(), kit.newClient(), kit.newClient()]);
    const ours = [ageing, rotated, revoked].map(({ clientId }) => clientId);
    const createdAt = kit.now();
    await kit.registry().revoke(contextOf(), revoked.clientId);
    kit.passDays(75.9);
    await rotate(rotated.clientId);
    const early = await kit.registry().markAgeingSecrets();
    expect(early.filter(({ clientId }) => ours.includes(clientId))).toEqual([]);
    kit.passDays(0.1);
    const replicas = Array.from({ length: 5 }, () => kit.registry().markAgeingSecrets());
    const told = (await Promise.all(replicas)).flat().filter(({ clientId }) => ours.includes(clientId));
    const rotateBefore = new Date(createdAt.getTime() + 90 * 86_400_000);
    expect(told).toEqual([
      { tenantId: 'default', clientId: ageing.clientId, secretCreatedAt: createdAt, rotateBefore },
    ]);
    const events = await kit.owner.query<{ type: string; data: string }[]>(
      "SELECT type, data FROM outbox_events WHERE type = 'client.secret_expiring' AND data::jsonb ->> 'clientId' = ANY ($1)",
      [ours],
    );
    expect(events.map(({ type, data }) => ({ type, data: JSON.parse(data) as unknown }))).toEqual([
      {
        type: 'client.secret_expiring',
        data: {
          clientId: ageing.clientId,
          secretCreatedAt: createdAt.toISOString(),
          rotateBefore: rotateBefore.toISOString(),
        },
      },
    ]);
  });
});
