import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Approvals } from '#libs/approvals';
import {
  ClientDemands,
  ClientKeyRegistry,
  ClientRegistry,
  PersonRegistry,
  TenantRegistry,
} from '#libs/api-clients';
import { expireMonth, acknowledgeLostCards, verifyCards } from '#libs/audit';
import { Brakes } from '#libs/brakes';
import { inTransaction } from '#libs/database';
import { keyLabel } from '#libs/hsm';
import { readRegisteredKeys, registerKeys } from '#libs/keys';
import { changePolicy } from '#libs/policy';
import { PublicAddresses } from '#libs/outbound-https';
import { WebhookEndpoints } from '#libs/webhooks';
import { ClientCreation } from '../../apps/pin-service/src/powers/client-creation.js';
import { commandLine, operatorOf } from '../approvals/two-persons-kit.js';
import { FROM_HERE, POLICY } from '../clients/client-kit.js';
import { SigningKey } from '../clients/signing-keys.js';
import { contextOf, evaluate, lockCard, newCard, newCardWithPin, newOtp } from '../store/store-kit.js';
import { SOUND_POLICY } from '../support/sound-policy.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';
import { ACTOR, Backup, forgetAndReconcile, reconcile } from './backup-kit.js';

let trail: TrailUnderTest;
let clients: ClientRegistry;
let keys: ClientKeyRegistry;
let persons: PersonRegistry;
let endpoints: WebhookEndpoints;
beforeEach(async () => {
  trail = await openTrail();
  const { dataSource } = trail.rig;
  clients = new ClientRegistry(dataSource, POLICY);
  keys = new ClientKeyRegistry(dataSource, POLICY, () => null);
  persons = new PersonRegistry(dataSource);
  endpoints = new WebhookEndpoints({
    dataSource,
    hsm: trail.hsm,
    addresses: new PublicAddresses(['127.0.0.0/8']),
    ports: null,
    endpointLimit: 20,
    secretOverlapHours: 0,
    now: () => new Date(),
  });
});
afterEach(() => trail[Symbol.asyncDispose]());

const owner = async <Row>(statement: string, values: readonly unknown[] = []) =>
  await trail.rig.owner.query<Row[]>(statement, [...values]);
const newClient = async (clientId: string) => {
  const { secret } = await clients.create(commandLine(), { clientId, scopes: ['pin:validate'] });
  return secret.reveal();
};
const isLetIn = async (clientId: string, secret: string) =>
  (await clients.authenticate(clientId, secret, FROM_HERE)) !== null;
const newEndpoint = async () =>
  (await endpoints.create(contextOf(), { url: 'https://127.0.0.1/hook', events: undefined })).endpoint
    .endpointId;

const named = (losses: readonly { readonly what: string }[]) => losses.map(({ what }) => what);

describe('what the lost lines tell of clients', () => {
  it('stands: who was revoked calls no more, what was replaced is no secret, what was made is named', async () => {
    const [revoked, rotated, twice] = [
      await newClient('to-revoke'),
      await newClient('to-rotate'),
      await newClient('rotate-twice'),
    ];
    await persons.register(commandLine(), 'Ada Stays');
    await persons.register(commandLine(), 'Eve Goes');
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    await clients.revoke(commandLine(), 'to-revoke');
    await clients.rotateSecret(commandLine(), 'to-rotate');
    await clients.rotateSecret(commandLine(), 'rotate-twice');
    await clients.rotateSecret(commandLine(), 'rotate-twice');
    await newClient('made-since');
    await newClient('made-and-revoked');
    await clients.revoke(commandLine(), 'made-and-revoked');
    await persons.revoke(commandLine(), 'Eve Goes');
    await persons.register(commandLine(), 'Mallory Was Here');
    await persons.revoke(commandLine(), 'Mallory Was Here');
    await persons.register(commandLine(), 'Bob Is New');
    await new TenantRegistry(trail.rig.dataSource).create({ ...commandLine(), tenantId: 'made-since' });

    const { losses } = await forgetAndReconcile(trail, backup);
    expect(await isLetIn('to-revoke', revoked)).toBe(false);
    expect(await isLetIn('rotate-twice', twice)).toBe(false);
    // In its overlap, as it would have been; and no longer.
    expect(await isLetIn('to-rotate', rotated)).toBe(true);
    const later = new ClientRegistry(
      trail.rig.dataSource,
      POLICY,
      () => new Date(Date.now() + 25 * 3_600_000),
    );
    expect(await later.authenticate('to-rotate', rotated, FROM_HERE)).toBeNull();
    const kept = await persons.list('default');
    expect(kept.map(({ name, mayDecide }) => [name, mayDecide])).toEqual([
      ['Ada Stays', true],
      ['Eve Goes', false],
      ['Mallory Was Here', false],
    ]);
    expect(await owner('SELECT FROM tenants')).toHaveLength(2);
    expect(named(losses)).toEqual([
      'client made-since',
      'person Bob Is New',
      'secret of client rotate-twice',
      'secret of client to-rotate',
      'register of used PIN envelopes',
    ]);
    // What is named can be mended.
    const { secret } = await clients.rotateSecret(commandLine(), 'to-rotate');
    expect(await isLetIn('to-rotate', secret.reveal())).toBe(true);
  });

  it('holds for keys and for what is demanded: nothing that was taken away lets anybody in', async () => {
    const demands = new ClientDemands(trail.rig.dataSource);
    const [first, second] = [
      await SigningKey.make('ES256', 'first'),
      await SigningKey.make('ES256', 'second'),
    ];
    const made = ['keys-once', 'keys-twice', 'keys-withdrawn', 'keys-alone'];
    const secrets = new Map<string, string>();
    for (const clientId of made) {
      secrets.set(clientId, await newClient(clientId));
      await keys.replace(commandLine(), clientId, { jwks: first.set });
    }
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    for (const clientId of ['keys-once', 'keys-twice', 'keys-twice'])
      await keys.replace(commandLine(), clientId, { jwks: second.set });
    await keys.withdraw(commandLine(), 'keys-withdrawn', 'private_key_jwt');
    await keys.withdraw(commandLine(), 'keys-alone', 'client_secret');
    const demand = { methods: ['private_key_jwt'], senderConstrained: true } as const;
    await demands.change(commandLine(), { demand, reason: 'of the board' });

    const { losses } = await forgetAndReconcile(trail, backup);
    const usable = async (clientId: string, at = new Date()) => {
      const registry = new ClientKeyRegistry(
        trail.rig.dataSource,
        POLICY,
        () => null,
        () => at,
      );
      const [holder] = await registry.holders(clientId);
      return holder?.usable.length;
    };
    const later = new Date(Date.now() + 25 * 3_600_000);
    expect([await usable('keys-once'), await usable('keys-once', later)]).toEqual([1, 0]);
    expect([await usable('keys-twice'), await usable('keys-withdrawn'), await usable('keys-alone')]).toEqual([
      0, 0, 1,
    ]);
    expect(await isLetIn('keys-alone', secrets.get('keys-alone') ?? '')).toBe(false);
    expect(await isLetIn('keys-once', secrets.get('keys-once') ?? '')).toBe(true);
    expect(await demands.inForce('default')).toEqual(demand);
    expect(named(losses)).toEqual([
      'private_key_jwt of client keys-once',
      'private_key_jwt of client keys-twice',
      'register of used PIN envelopes',
    ]);
  });

  it('holds for requests that two persons decided: none is carried out twice', async () => {
    const approvals = new Approvals(trail.rig.dataSource, [new ClientCreation(clients, keys)]);
    const [ada, eve] = ['ada', 'eve'].map((name) => operatorOf(name, `ops-${name}`));
    if (ada === undefined || eve === undefined) throw new Error('there are two');
    for (const [name, by] of [
      ['ada', ada],
      ['eve', eve],
    ] as const) {
      await persons.register(commandLine(), name);
      await clients.create(commandLine(), { clientId: by.clientId, scopes: ['ops:clients'], person: name });
    }
    const ask = async () => {
      const content = { clientId: `app-${randomUUID().slice(0, 8)}x`, scopes: ['pin:reset'] };
      const asked = { kind: 'client-create', content, reason: 'for the shop' } as const;
      return (await approvals.request(ada(), asked)).body.approvalId;
    };
    const [approved, rejected, waiting] = [await ask(), await ask(), await ask()];
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    await approvals.approve({ context: eve(), approvalId: approved });
    await approvals.reject({ context: eve(), approvalId: rejected });
    const since = await ask();

    const { losses } = await forgetAndReconcile(trail, backup);
    const status = async (id: string) => (await approvals.read('default', id)).status;
    expect([await status(approved), await status(rejected), await status(waiting)]).toEqual([
      'approved',
      'rejected',
      'pending',
    ]);
    await expect(approvals.approve({ context: eve(), approvalId: approved })).rejects.toThrow(
      /APPROVAL_CLOSED/,
    );
    await expect(approvals.collect({ context: ada(), approvalId: approved })).rejects.toThrow(
      /NOTHING_TO_COLLECT/,
    );
    expect(named(losses)).toContain(`request ${since} of ada`);
  });
});

describe('what the lost lines tell of endpoints, keys and codes', () => {
  it('stands: a deleted endpoint gets nothing, one of another secret waits for its own', async () => {
    const [deleted, rotated, untouched] = [await newEndpoint(), await newEndpoint(), await newEndpoint()];
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    await endpoints.remove(contextOf(), deleted);
    await endpoints.rotateSecret(contextOf(), rotated);
    const made = await newEndpoint();
    const { losses } = await forgetAndReconcile(trail, backup);
    const rows = await owner<{ id: string; deleted: boolean; paused: boolean }>(
      `SELECT endpoint_id AS id, deleted_at IS NOT NULL AS deleted, paused_at IS NOT NULL AS paused
         FROM webhook_endpoints ORDER BY created_at`,
    );
    expect(rows).toEqual([
      { id: deleted, deleted: true, paused: false },
      { id: rotated, deleted: false, paused: true },
      { id: untouched, deleted: false, paused: false },
    ]);
    expect(await owner('SELECT FROM webhook_secrets WHERE endpoint_id = $1', [deleted])).toEqual([]);
    expect(named(losses)).toEqual([
      `secret of webhook endpoint ${rotated}`,
      `webhook endpoint ${made}`,
      'register of used PIN envelopes',
    ]);
  });

  it('stands: keys go on where they were, but for one that envelopes were captured under', async () => {
    const key = (
      kind: 'otp' | 'pin-transport',
      generation: number,
      state: 'current' | 'accepted' | 'retired',
    ) => ({
      kind,
      generation,
      state,
      fingerprint: Buffer.alloc(32, generation),
      expiresAt: null,
    });
    await registerKeys(trail.rig.owner, [key('otp', 1, 'current')]);
    const transport = (await readRegisteredKeys(trail.rig.owner)).filter(
      ({ kind }) => kind === 'pin-transport',
    );
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    await registerKeys(trail.rig.owner, [key('otp', 1, 'retired'), key('otp', 2, 'current')]);
    const [current] = transport;
    if (current === undefined) throw new Error('there is one');
    await registerKeys(trail.rig.owner, [
      { ...current, state: 'accepted' },
      key('pin-transport', 3, 'current'),
    ]);
    await forgetAndReconcile(trail, backup);
    const states = (await readRegisteredKeys(trail.rig.owner)).map((known) => [keyLabel(known), known.state]);
    expect(states).toEqual([
      ['otp-2', 'current'],
      ['otp-1', 'retired'],
      ['pin-transport-3', 'retired'],
      ['pin-transport-2', 'current'],
      ['pin-transport-1', 'accepted'],
    ]);
  });

  it('ends codes that may have been used since', async () => {
    const cardId = await newCardWithPin(trail.rig.store);
    const otpId = await newOtp(trail.rig.owner, cardId);
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    await evaluate(trail.rig.store, cardId, 'not-matched');
    await forgetAndReconcile(trail, backup);
    const [otp] = await owner('SELECT status FROM one_time_passwords WHERE otp_id = $1', [otpId]);
    expect(otp).toEqual({ status: 'superseded' });
  });

  it('names what this version does not know how to put back', async () => {
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    await owner(
      `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result)
       VALUES ('default', 'x', 'x', 'x', 'card.freeze-by-a-later-version', 'outcome', 'frozen')`,
    );
    const { losses } = await forgetAndReconcile(trail, backup);
    expect(named(losses)).toContain('1 lines of card.freeze-by-a-later-version');
  });
});

describe('lost cards', () => {
  it('are known to be lost, and months can be dropped again', async () => {
    await newCard(trail.rig.store);
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    const later = await newCardWithPin(trail.rig.store);
    const { cardsForgotten } = await forgetAndReconcile(trail, backup);
    expect(cardsForgotten).toEqual([{ tenantId: 'default', cardId: later }]);
    const now = new Date(Date.now() + 500 * 86_400_000);
    const month = new Date().toISOString().slice(0, 7);
    expect(await expireMonth(trail.rig.owner, { month, actor: ACTOR, now })).not.toMatchObject({
      outcome: 'cards-differ',
    });
  });

  it('that an earlier version told only once can be acknowledged, by a person and with a reason', async () => {
    const cardId = await newCardWithPin(trail.rig.store);
    const other = await newCardWithPin(trail.rig.store);
    await owner('DELETE FROM cards WHERE card_id = $1', [cardId]);
    await owner('UPDATE cards SET tries_spent = 1 WHERE card_id = $1', [other]);
    const kinds = async () => (await verifyCards(trail.rig.owner)).findings.map(({ kind }) => kind);
    expect(await kinds()).toHaveLength(2);
    const lost = await acknowledgeLostCards(trail.rig.owner, { reason: 'Restored in May', actor: ACTOR });
    expect(lost).toEqual([{ tenantId: 'default', cardId }]);
    expect(await kinds()).toEqual(['state-differs']);
    const [line] = await owner<{ details: string }>(
      "SELECT details FROM audit_events WHERE action = 'card.lost'",
    );
    expect(JSON.parse(line?.details ?? '')).toEqual({ reason: 'Restored in May' });
    // One that comes back, or goes on, is a finding again.
    await owner(
      `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result, card_id, event_no, details)
       SELECT tenant_id, client_id, subject, 'again', action, phase, result, card_id, event_no + 1, details
         FROM audit_events WHERE card_id = $1 AND event_no IS NOT NULL ORDER BY event_no DESC LIMIT 1`,
      [cardId],
    );
    expect(await kinds()).toContain('card-missing');
  });
});

describe('what the lost lines tell of policy and brakes', () => {
  it('stands: the policy is the newest, what was stopped stands still, what was let go goes on', async () => {
    const brakes = new Brakes(trail.rig.dataSource);
    const all = (operation: string) =>
      ({ kind: 'operation', target: operation, reason: 'An attack', allTenants: true }) as const;
    await owner(
      `INSERT INTO policies (version, content, set_by, set_through, reason) VALUES (1, $1, 'a', 'b', 'first')`,
      [JSON.stringify(SOUND_POLICY)],
    );
    const released = (
      await brakes.pull(contextOf(), { kind: 'operation', target: 'pin.change', reason: 'An attack' })
    ).body;
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    await brakes.release(contextOf(), { brakeId: released.brakeId, reason: 'It is over' });
    await brakes.pull(contextOf(), all('pin.validate'));
    await inTransaction(trail.rig.dataSource, async (manager) => {
      await changePolicy(manager, contextOf(), {
        changes: { pinHistoryLength: 5, approvals: 2 },
        reason: 'Stricter',
      });
    });
    const policy = async () =>
      await owner('SELECT version, content, reason FROM policies ORDER BY version DESC LIMIT 1');
    // The time is that of the line, a moment after the row's.
    const stoppedNow = async () =>
      (await brakes.list(contextOf().tenantId)).map((brake) => ({ ...brake, pulledAt: null }));
    const [stopped, strict] = [await stoppedNow(), await policy()];
    expect(stopped).toHaveLength(1);
    const { losses } = await forgetAndReconcile(trail, backup);
    expect(await stoppedNow()).toEqual(stopped);
    expect(await policy()).toEqual(strict);
    expect(losses.filter(({ what }) => /policy|brake/.test(what))).toEqual([]);
  });
});

describe('lines that are lost for good', () => {
  const lose = async (powersStand: boolean) => {
    const secret = await newClient('card-app');
    const endpoint = await newEndpoint();
    const locked = await newCardWithPin(trail.rig.store);
    await trail.keeper().execute();
    const backup = await Backup.take(trail);
    await lockCard(trail.rig.store, locked);
    await trail.keeper().execute();
    await backup.restore();
    const result = await reconcile(trail, null, { powersStand });
    const [{ paused } = { paused: null }] = await owner<{ paused: boolean }>(
      'SELECT paused_at IS NOT NULL AS paused FROM webhook_endpoints WHERE endpoint_id = $1',
      [endpoint],
    );
    return { result, letIn: await isLetIn('card-app', secret), paused };
  };

  it('leave no person who may have been revoked, and no endpoint that may have been deleted', async () => {
    const { result, letIn, paused } = await lose(false);
    expect([letIn, paused]).toEqual([false, true]);
    expect(named(result.losses)).toContain('secrets, keys and certificates of all clients');
  });

  it('leave them where a person vouches for them', async () => {
    const { result, letIn, paused } = await lose(true);
    expect([letIn, paused, result.losses]).toEqual([true, false, []]);
  });
});
