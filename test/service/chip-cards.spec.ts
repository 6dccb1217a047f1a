import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

interface Pending {
  readonly commandId: string;
  readonly command: string;
  readonly pinVersion: number;
  readonly createdAt: string;
}
type ChipCard = KnownCard & { readonly chip?: true; readonly pendingCommands?: readonly Pending[] };

let kit: ServiceKit;
let owner: DataSource;
/** The issuer's authorisation host. */
let host: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...FEW_WEAK_PINS, SANDBOX: 'true' });
  owner = await kit.openOwner();
  host = await kit.identity.tokenFor({
    scopes: ['chip:report', 'cards:read'],
    clientId: 'authorisation-host',
  });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

async function registered(): Promise<ChipCard> {
  const { status, body } = await kit.post('/v1/cards', { cardRef: `ref-${randomUUID()}`, chip: true });
  expect([status, body]).toMatchObject([201, { chip: true, pendingCommands: [] }]);
  return body as ChipCard;
}
async function withPin(pin = randomPin()): Promise<ChipCard> {
  const card = await registered();
  const body = { encryptedPin: await kit.encrypt(pin, card) };
  expect((await kit.post(`/v1/cards/${card.cardId}/pin`, body)).status).toBe(201);
  return card;
}
async function pending({ cardId }: KnownCard, token = host): Promise<readonly Pending[]> {
  const { body } = await kit.service.request('GET', `/v1/cards/${cardId}`, { token });
  return (body as ChipCard).pendingCommands ?? [];
}
const report = async (
  { cardId }: KnownCard,
  commandId: string,
  body: object = { outcome: 'delivered' },
  options: { token?: string; requestId?: string } = {},
) =>
  await kit.post(`/v1/cards/${cardId}/chip-commands/${commandId}/report`, body, { token: host, ...options });
const unlock = async ({ cardId }: KnownCard) =>
  await kit.post(`/v1/admin/cards/${cardId}/unlock`, { reason: 'for a test' }, { token: kit.operator });
const events = async ({ cardId }: KnownCard) =>
  await owner.query<{ type: string; data: string }[]>(
    "SELECT type, data FROM outbox_events WHERE card_id = $1 AND type LIKE 'chip.%' ORDER BY id",
    [cardId],
  );

describe('a card with a chip', () => {
  it('says from its PIN on what the chip does not know, until the host has delivered it', async () => {
    const [pin, next] = [randomPin(), randomPin()];
    const card = await withPin(pin);
    const [first, ...more] = await pending(card);
    expect([first, more]).toEqual([
      {
        commandId: expect.any(String) as string,
        command: 'CHANGE_PIN',
        pinVersion: expect.any(Number) as number,
        createdAt: expect.stringMatching(/Z$/) as string,
      },
      [],
    ]);
    const change = {
      currentPin: await kit.encrypt(pin, card),
      newPin: await kit.encrypt(next, card),
      otp: await kit.otpFor(card, 'pin-change'),
    };
    expect((await kit.post(`/v1/cards/${card.cardId}/pin/change`, change)).body).toMatchObject({
      changed: true,
    });
    const [second] = await pending(card);
    expect(second?.pinVersion).toBeGreaterThan(first?.pinVersion ?? Infinity);

    // The script of the first one was under way.
    expect(await report(card, first?.commandId ?? '')).toMatchObject({
      status: 200,
      body: { status: 'superseded', pendingCommands: [second] },
    });
    const failed = await report(card, second?.commandId ?? '', {
      outcome: 'failed',
      reason: 'SCRIPT_FAILED',
    });
    expect(failed).toMatchObject({
      status: 200,
      body: { status: 'pending', pendingCommands: [{ lastFailure: { reason: 'SCRIPT_FAILED' } }] },
    });
    const requestId = randomUUID();
    const delivered = { status: 200, body: { status: 'delivered', pendingCommands: [] } };
    expect(await report(card, second?.commandId ?? '', undefined, { requestId })).toMatchObject(delivered);
    const again = await report(card, second?.commandId ?? '', undefined, { requestId });
    expect(again).toMatchObject(delivered);
    expect(again.headers['idempotent-replayed']).toBe('true');
    const types = (await events(card)).map(({ type }) => type);
    expect(types).toEqual([
      'chip.update_pending',
      'chip.update_pending',
      'chip.update_failed',
      'chip.updated',
    ]);
    // No PIN is in any of it, and nothing but what the contract says (EventCheck).
    for (const { data } of await events(card)) expect(data).not.toMatch(new RegExp(`\\b(${pin}|${next})\\b`));
  });

  it('is to be unblocked after an unlock, which operators see as well', async () => {
    const card = await withPin();
    for (let tries = 0; tries < 3; tries += 1) await kit.validate(card, randomPin());
    expect((await unlock(card)).status).toBe(200);
    const both = await pending(card);
    expect(both.map(({ command }) => command)).toEqual(['CHANGE_PIN', 'UNBLOCK_PIN']);
    const read = await kit.service.request('GET', `/v1/admin/cards/${card.cardId}`, { token: kit.operator });
    expect(read.body).toMatchObject({ chip: true, pendingCommands: both });
  });

  it('is one by its registration alone: others have neither member', async () => {
    const { body } = await kit.post('/v1/cards', { cardRef: `ref-${randomUUID()}` });
    expect(body).not.toHaveProperty('chip');
    expect(body).not.toHaveProperty('pendingCommands');
    const { cardRef } = body as { cardRef: string };
    expect(await kit.post('/v1/cards', { cardRef, chip: true })).toMatchObject({
      status: 409,
      body: { code: 'CARD_REF_IN_USE' },
    });
  });

  it('of the sandbox is prepared with what is pending', async () => {
    const cardRef = `sandbox-active-${randomUUID()}`;
    expect(await kit.post('/v1/cards', { cardRef, chip: true })).toMatchObject({
      status: 201,
      body: { pinStatus: 'active', chip: true, pendingCommands: [{ command: 'CHANGE_PIN' }] },
    });
  });
});

describe('a report', () => {
  it.each([
    ['no outcome', {}],
    ['another outcome', { outcome: 'sent' }],
    ['a failure without a reason', { outcome: 'failed' }],
    ['a delivery with a reason', { outcome: 'delivered', reason: 'OTHER' }],
    ['a reason of its own', { outcome: 'failed', reason: 'SW 6983' }],
    ['more', { outcome: 'delivered', pin: 'x' }],
  ])('of %s is refused with a pointer, and changes nothing', async (_, body) => {
    const card = await withPin();
    const [command] = await pending(card);
    const answer = await report(card, command?.commandId ?? '', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect((answer.body as { errors: unknown[] }).errors).toHaveLength(1);
    expect(await pending(card)).toEqual([command]);
  });

  it("is of the caller's tenant and of this card alone", async () => {
    const [card, other] = [await withPin(), await withPin()];
    const [command] = await pending(card);
    const commandId = command?.commandId ?? '';
    const scopes = ['chip:report'];
    const token = await kit.identity.tokenFor({ scopes, tenantId: 'other', clientId: 'another-host' });
    expect(await report(card, commandId, undefined, { token })).toMatchObject({
      status: 404,
      body: { code: 'CARD_NOT_FOUND' },
    });
    expect(await report(other, commandId)).toMatchObject({
      status: 404,
      body: { code: 'CHIP_COMMAND_NOT_FOUND' },
    });
    expect(await report(card, 'no-id')).toMatchObject({ status: 404 });
    expect(await report(card, commandId, undefined, { token: kit.cardApp })).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_MISSING' },
    });
    expect(await pending(card)).toEqual([command]);
  });

  it('of a closed card is refused: its commands are gone', async () => {
    const card = await withPin();
    const [command] = await pending(card);
    await kit.post(`/v1/cards/${card.cardId}/close`, undefined);
    expect(await report(card, command?.commandId ?? '')).toMatchObject({
      status: 409,
      body: { code: 'CARD_CLOSED' },
    });
  });
});
