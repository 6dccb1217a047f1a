import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allItems, BACKEND_OPERATIONS, type PinwardClient } from '#libs/client/backend';
import { OPERATOR_OPERATIONS, type PinwardOperations } from '#libs/client/operators';
import { SigningKey } from '../clients/signing-keys.js';
import { BackendCards } from './backend-cards.js';
import { BackendKit } from './backend-kit.js';
import { documented, methodsOf } from './documented-calls.js';

/** Both clients have these; an operator calls them here. */
const WEBHOOKS = '/v1/webhook-endpoints';
const REASON = 'Cardholder identified at the branch';

let kit: BackendKit;
let backend: PinwardClient;
let cards: BackendCards;
let ada: PinwardOperations;
let grace: PinwardOperations;
beforeAll(async () => {
  kit = await BackendKit.open();
  [backend, ada, grace] = [
    await kit.backend(),
    await kit.operator('Ada Lovelace'),
    await kit.operator('Grace Hopper'),
  ];
  cards = new BackendCards(kit, backend);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

it('the contract of operators has a method for each call, with the same good answers', async () => {
  const calls = await documented(kit, kit.kit.service.urlOf('operators'));
  expect(calls.size).toBeGreaterThan(30);
  expect(methodsOf(OPERATOR_OPERATIONS)).toEqual(calls);
});

describe('an operator', () => {
  it('unlocks a card', async () => {
    const { cardId } = await cards.locked();
    const page = await ada.listCards({ pinStatus: 'locked', limit: 200 });
    expect(page.items.map((card) => card.cardId)).toContain(cardId);
    expect(await ada.readCard({ cardId })).toMatchObject({ pinStatus: 'locked', failuresWithoutSuccess: 3 });
    expect(await ada.unlockCard({ cardId, reason: REASON })).toEqual({
      outcome: 'UNLOCKED',
      pinStatus: 'active',
    });
    await expect(ada.unlockCard({ cardId, reason: REASON })).rejects.toMatchObject({
      code: 'PIN_NOT_LOCKED',
    });
  });

  it('registers persons and clients', async () => {
    const name = 'Niels Henrik Abel';
    await ada.registerPerson({ name });
    expect((await ada.listPersons()).items).toContainEqual(
      expect.objectContaining({ name, mayDecide: true }),
    );
    expect(await ada.revokePerson({ name })).toMatchObject({ name, revokedAt: expect.any(String) });
    const clientId = `shop-${randomUUID()}`;
    const created = await ada.createClient({
      clientId,
      scopes: ['pin:validate'],
      allowedAddresses: ['10.0.0.0/8'],
    });
    expect(created).toMatchObject({ outcome: 'CREATED', clientId, clientSecret: expect.any(String) });
    expect(await ada.rotateClientSecret({ clientId })).toMatchObject({ outcome: 'ROTATED', clientId });
    expect(await ada.readClient({ clientId })).toMatchObject({ clientId, secrets: [{}, {}] });
    const ids: string[] = [];
    for await (const client of allItems((cursor) => ada.listClients({ cursor, limit: 2 })))
      ids.push(client.clientId);
    expect(ids).toContain(clientId);
    expect(new Set(ids).size).toBe(ids.length);
    const { set: jwks, kid } = await SigningKey.make();
    const keyed = { clientId: `${clientId}-keyed`, scopes: ['pin:validate'], keys: { jwks } } as const;
    expect(await ada.createClient(keyed)).toMatchObject({ outcome: 'CREATED', keys: [{ kids: [kid] }] });
    expect(await ada.rotateClientKeys({ clientId, jwks })).toMatchObject({ outcome: 'ROTATED', keys: [{}] });
    const changed = { allowedAddresses: ['10.7.0.0/16'], requestsPerMinute: 600, reason: REASON };
    expect(await ada.changeClient({ clientId, ...changed })).toMatchObject({
      outcome: 'CHANGED',
      allowedAddresses: ['10.7.0.0/16'],
      requestsPerMinute: 600,
    });
    const withdrawn = await ada.withdrawClientMethod({ clientId, method: 'client_secret' });
    expect(withdrawn).toMatchObject({ clientId, secrets: [] });
    expect(await ada.revokeClient({ clientId })).toMatchObject({ clientId, revokedAt: expect.any(String) });
  });

  it('registers webhook endpoints and looks after them', async () => {
    const created = await ada.createWebhookEndpoint({ url: kit.receiver.url, events: ['pin.set'] });
    if (created.outcome !== 'CREATED') throw new Error(created.outcome);
    const { endpointId, secret } = created;
    expect(secret).toMatch(/^whsec_/);
    expect((await ada.listWebhookEndpoints()).items).toContainEqual(expect.objectContaining({ endpointId }));
    expect(await ada.readWebhookEndpoint({ endpointId })).toMatchObject({ endpointId, status: 'active' });
    expect(await ada.rotateWebhookSecret({ endpointId })).toMatchObject({ outcome: 'ROTATED', endpointId });
    expect(await ada.resumeWebhookEndpoint({ endpointId })).toMatchObject({ endpointId, status: 'active' });
    await cards.withPin('4071');
    const delivered = async () =>
      (await ada.listWebhookDeliveries({ endpointId, status: 'delivered' })).items.map(
        (item) => item.deliveryId,
      );
    await expect.poll(delivered).toHaveLength(1);
    const [deliveryId = ''] = await delivered();
    expect(await ada.redeliverWebhook({ endpointId, deliveryId })).toEqual({ deliveryId, status: 'pending' });
    expect(await ada.testWebhookEndpoint({ endpointId })).toMatchObject({ status: 'pending' });
    expect(await ada.deleteWebhookEndpoint({ endpointId })).toEqual({ endpointId, status: 'deleted' });
  });

  it('restores the cards of an incident, and has it proven', async () => {
    const opened = new Date(Date.now() - 60_000).toISOString();
    const { cardId } = await cards.locked();
    const filter = { triedFrom: opened, clientId: 'no-such-app', sourceAddresses: ['127.0.0.0/8'] };
    const open = async (more: object) =>
      await ada.openIncident({
        filter: { ...filter, triedTo: new Date().toISOString(), ...more },
        reason: 'Release 7.3 was bad',
      });
    const none = await open({});
    expect(none).toMatchObject({ counts: { planned: 0, restored: 0 } });
    await expect(ada.restoreIncident({ incidentId: none.incidentId })).rejects.toMatchObject({
      code: 'INCIDENT_CLOSED',
    });
    expect(await ada.cancelIncident({ incidentId: none.incidentId, reason: 'Nothing found' })).toMatchObject({
      state: 'cancelled',
    });
    // Its newest line is sealed within two seconds.
    const found = async () => {
      const incident = await open({ clientId: undefined });
      if (!incident.sample.some((card) => card.cardId === cardId)) {
        await ada.cancelIncident({ incidentId: incident.incidentId, reason: 'Not sealed yet' });
        return null;
      }
      return incident.incidentId;
    };
    let incidentId = '';
    await expect.poll(async () => (incidentId = (await found()) ?? '')).not.toBe('');
    expect(await ada.restoreIncident({ incidentId })).toMatchObject({ outcome: 'STARTED', state: 'running' });
    const state = async () => (await ada.readIncident({ incidentId })).state;
    await expect.poll(state).toBe('done');
    const restored = await ada.listIncidentCards({ incidentId, outcome: 'restored' });
    expect(restored.items).toContainEqual(expect.objectContaining({ cardId, failuresTakenBack: 3 }));
    expect((await ada.listIncidents({ state: 'done' })).items).toContainEqual(
      expect.objectContaining({ incidentId, requestedBy: 'Ada Lovelace' }),
    );
    const { report } = await ada.incidentReport({ incidentId });
    expect(report).toMatch(/^pinward incident report v1\n/);
  });

  it('lists alarms of guessing: none here', async () => {
    expect(await ada.listAlarms({ state: 'open' })).toEqual({ items: [], nextCursor: null });
  });

  it('lists the keys of the HSM', async () => {
    const { kinds, processes } = await ada.listKeys({ kind: 'card-vault' });
    expect(kinds).toMatchObject([
      { kind: 'card-vault', due: false, generations: [{ key: 'card-vault-1', state: 'current', heldBy: 1 }] },
    ]);
    expect(processes).toMatchObject([{ keys: { 'card-vault-1': 'current' } }]);
  });

  it('tells whether everything is sound, and what happened', async () => {
    const { status, checks, due } = await ada.readSoundness({ dueWithinDays: 30 });
    expect(['sound', 'degraded']).toContain(status);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'database', state: 'sound' }));
    expect(due).toMatchObject({ withinDays: 30, unknown: [] });
    const { items } = await ada.readActivity({ hours: 3 });
    expect(items).toHaveLength(3);
  });

  it('stops a card and lets it go', async () => {
    const card = await cards.withPin('4071');
    const brake = { kind: 'card', target: card.cardId, reason: 'A skimmer was found' } as const;
    const { brakeId } = await ada.pullBrake(brake);
    expect(await cards.validate(card, '4071')).toEqual({ outcome: 'CARD_FROZEN' });
    expect((await ada.listBrakes()).items).toContainEqual(expect.objectContaining({ brakeId, kind: 'card' }));
    const released = await ada.releaseBrake({ brakeId, reason: 'The card was replaced' });
    expect(released).toMatchObject({ outcome: 'RELEASED', brakeId });
    expect(await cards.validate(card, '4071')).toMatchObject({ outcome: 'VERIFIED' });
  });

  it('reads the audit trail and its proofs', async () => {
    const { cardId } = await cards.withPin('4071');
    const events = async () => (await ada.listAuditEvents({ cardId })).items;
    await expect.poll(async () => (await events()).length).toBeGreaterThan(1);
    const [event] = await events();
    if (event === undefined) throw new Error('no event');
    const { leafIndex, leafHash } = event;
    const { treeSize, verifierKeys } = await ada.auditCheckpoint();
    expect(verifierKeys).not.toEqual([]);
    expect(await ada.inclusionProof({ leafIndex, treeSize })).toMatchObject({
      leafIndex,
      leafHash,
      treeSize,
    });
    const narrowed = await ada.listAuditEvents({ cardId, action: 'pin.set', to: '2999-01-01T00:00:00Z' });
    expect(narrowed.items.map(({ event: line }) => line['action'])).toEqual(['pin.set']);
    expect(await ada.consistencyProof({ from: 1, to: treeSize })).toMatchObject({ from: 1, to: treeSize });
  });

  it('demands of clients how they prove themselves', async () => {
    const methods = ['client_secret', 'private_key_jwt', 'tls_client_auth'] as const;
    const asked = { methods, senderConstrained: false, reason: 'As it was before' };
    expect(await ada.changeClientDemands(asked)).toMatchObject({ outcome: 'CHANGED', demandNo: 1, methods });
    expect(await ada.readClientDemands()).toMatchObject({ methods, history: [{ demandNo: 1 }] });
  });

  it('decides with another person where it takes two', async () => {
    const changed = await ada.changePolicy({ approvals: 2, reason: 'Two persons from now on' });
    expect(changed).toMatchObject({ outcome: 'CHANGED', policy: { approvals: 2, pinMaxTries: 3 } });
    expect(await ada.readPolicy()).toMatchObject({ policy: { approvals: 2 }, history: [{ version: 2 }, {}] });
    const { cardId } = await cards.locked();
    const asked = await ada.unlockCard({ cardId, reason: REASON });
    if (asked.outcome !== 'APPROVAL_REQUESTED') throw new Error(asked.outcome);
    const { approvalId } = asked;
    expect(await grace.readApproval({ approvalId })).toMatchObject({
      kind: 'unlock',
      cardId,
      status: 'pending',
    });
    await expect(ada.approve({ approvalId })).rejects.toMatchObject({ code: 'SAME_OPERATOR' });
    expect(await grace.approve({ approvalId })).toEqual({ pinStatus: 'active' });

    const clientId = `shop-${randomUUID()}`;
    const waiting = async () => {
      const made = await ada.createClient({ clientId, scopes: ['pin:set'], reason: 'New shop in Lyon' });
      if (made.outcome !== 'APPROVAL_REQUESTED') throw new Error(made.outcome);
      return made.approvalId;
    };
    const withdrawn = await waiting();
    expect(await ada.reject({ approvalId: withdrawn })).toMatchObject({ status: 'rejected' });
    const approved = await waiting();
    await grace.approve({ approvalId: approved });
    expect(await ada.collect({ approvalId: approved })).toMatchObject({
      clientId,
      clientSecret: expect.any(String),
    });
    const { items } = await grace.listApprovals({ status: 'approved' });
    expect(items.map((item) => item.approvalId)).toEqual(expect.arrayContaining([approvalId, approved]));
  });
});

it('has no method that was not served by the running service here', () => {
  // A backend has the others as well, and has called them.
  const own = Object.entries(OPERATOR_OPERATIONS).filter(
    ([name, { route }]) => !(name in BACKEND_OPERATIONS) || route.includes(WEBHOOKS),
  );
  expect(own.map(([name]) => name).filter((name) => !kit.served.has(name))).toEqual([]);
});
