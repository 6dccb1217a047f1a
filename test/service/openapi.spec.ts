import type { OpenAPIObject } from '@nestjs/swagger';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../apps/pin-service/src/openapi/operations.js';
import { randomPin } from '../support/random-pin.js';
import { personsTold } from '../docs/persons-told.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
let document: OpenAPIObject;
beforeAll(async () => {
  kit = await ServiceKit.open();
  document = (await kit.service.request('GET', '/openapi.json', {})).body as OpenAPIObject;
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** The body must be what the document promises for this operation and status: no member more, none of another type. */
function expectPromised(handler: string, { status, body }: { status: number; body: unknown }): void {
  const schema = OPERATIONS[handler]?.answers[status];
  if (schema === undefined || schema === null) throw new Error(`${handler} promises nothing for ${status}`);
  expect(schema.parse(body)).toEqual(body);
}

describe('GET /openapi.json', () => {
  it('is OpenAPI 3.1 with an id, a summary, answers and the problem for every operation', () => {
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((path) => [path.get, path.post, path.delete]);
    const present = operations.filter((operation) => operation !== undefined);
    expect(present).toHaveLength(Object.keys(OPERATIONS).length);
    expect(new Set(present.map(({ operationId }) => operationId)).size).toBe(present.length);
    for (const { summary, responses, security } of present) {
      expect(summary).toBeTruthy();
      expect(security).toBeInstanceOf(Array);
      expect(Object.keys(responses)).toContain('default');
      expect(Object.keys(responses).length).toBeGreaterThan(1);
    }
  });

  it('has no call that changes something without a word on how many persons it takes', () => {
    const changes = (['post', 'put', 'patch', 'delete'] as const).flatMap((method) =>
      Object.entries(document.paths)
        .filter(([path, item]) => item[method] !== undefined && !path.startsWith('/v1/cards'))
        .map(([path]) => `${method.toUpperCase()} ${path}`),
    );
    const told = personsTold().map(([call]) => call);
    expect(told.filter((call) => !call.startsWith('pinctl ')).toSorted()).toEqual(changes.toSorted());
  });

  it('says what a body must be', () => {
    const body = document.paths['/v1/cards/{cardId}/pin/validate']?.post?.requestBody;
    expect(JSON.stringify(body)).toContain('"additionalProperties":false');
    expect(JSON.stringify(body)).toContain('RSA-OAEP-256');
  });

  it('is kept by the service', async () => {
    expect.hasAssertions();
    const { cardApp: token } = kit;
    const cardRef = `ref-${randomUUID()}`;
    const registered = await kit.post('/v1/cards', { cardRef });
    expectPromised('CardsController.register', registered);
    expectPromised('CardsController.register', await kit.post('/v1/cards', { cardRef }));
    expectPromised(
      'CardsController.find',
      await kit.service.request('GET', `/v1/cards?cardRef=${cardRef}`, { token }),
    );
    expectPromised('PinKeysController.list', await kit.service.request('GET', '/v1/pin-keys', { token }));
    const card = registered.body as { cardId: string; pinAccount: string };
    const [pin, next] = [randomPin(), randomPin()];
    const path = `/v1/cards/${card.cardId}/pin`;
    expectPromised(
      'PinsController.set',
      await kit.post(path, { encryptedPin: await kit.encrypt(pin, card) }),
    );
    for (const currentPin of [next, pin]) {
      const body = {
        currentPin: await kit.encrypt(currentPin, card),
        newPin: await kit.encrypt(next, card),
        otp: await kit.otpFor(card, 'pin-change'),
      };
      expectPromised('PinsController.change', await kit.post(`${path}/change`, body));
    }
    for (let wrong = 0; wrong < 3; wrong += 1) {
      expectPromised('PinsController.validate', await kit.validate(card, randomPin()));
    }
    expectPromised(
      'CardsController.read',
      await kit.service.request('GET', `/v1/cards/${card.cardId}`, { token }),
    );
    const admin = { token: kit.operator };
    const unlock = { reason: 'cardholder identified' };
    expectPromised(
      'AdminCardsController.unlock',
      await kit.post(`/v1/admin/cards/${card.cardId}/unlock`, unlock, admin),
    );
    expectPromised(
      'AdminCardsController.read',
      await kit.service.request('GET', `/v1/admin/cards/${card.cardId}`, admin),
    );
    expectPromised('AdminCardsController.list', await kit.service.request('GET', '/v1/admin/cards', admin));
    expectPromised(
      'OtpsController.issue',
      await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-change' }),
    );
    const reset = {
      newPin: await kit.encrypt(randomPin(), card),
      otp: await kit.otpFor(card, 'pin-reset'),
    };
    expectPromised('PinsController.reset', await kit.post(`${path}/reset`, reset));
    const withPan = await kit.register({ pan: '4111111111111111', expiry: '12/29' });
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const reveal = {
      otp: await kit.otpFor(withPan, 'card-reveal'),
      recipientKey: publicKey.export({ format: 'jwk' }),
    };
    expectPromised('RevealController.reveal', await kit.post(`/v1/cards/${withPan.cardId}/reveal`, reveal));
    expectPromised('CardsController.close', await kit.post(`/v1/cards/${withPan.cardId}/close`, undefined));
    expectPromised('HealthController.live', await kit.service.request('GET', '/health/live', {}));
    expectPromised('HealthController.ready', await kit.service.request('GET', '/health/ready', {}));
    expectPromised('JwksController.keys', await kit.service.request('GET', '/.well-known/jwks.json', {}));
  });

  it('is kept for clients and their secrets too', async () => {
    expect.hasAssertions();
    const token = await kit.identity.tokenFor({ scopes: ['ops:clients'], subject: 'Grace Hopper' });
    const clientId = `app-${randomUUID().slice(0, 8)}`;
    const created = await kit.post('/v1/admin/clients', { clientId, scopes: ['pin:set'] }, { token });
    expectPromised('AdminClientsController.create', created);
    const path = `/v1/admin/clients/${clientId}`;
    expectPromised(
      'AdminClientsController.rotateSecret',
      await kit.post(`${path}/rotate-secret`, {}, { token }),
    );
    expectPromised('AdminClientsController.read', await kit.service.request('GET', path, { token }));
    expectPromised(
      'AdminClientsController.list',
      await kit.service.request('GET', '/v1/admin/clients', { token }),
    );
    const { clientSecret } = created.body as { clientSecret: string };
    const issued = await kit.requestToken({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    expectPromised('TokensController.issue', issued);
    const own = await kit.newClient();
    const form = new URLSearchParams({ client_id: own.clientId, client_secret: own.clientSecret }).toString();
    const asForm = { body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expectPromised(
      'OwnSecretController.rotate',
      await kit.service.request('POST', '/v1/clients/self/rotate-secret', asForm),
    );
    expectPromised('AdminClientsController.revoke', await kit.service.request('DELETE', path, { token }));
  });
});

describe('GET /docs', () => {
  it('is a page that loads nothing from elsewhere', async () => {
    const page = await kit.service.request('GET', '/docs', {});
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    const parts = [...(page.body as string).matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, part]) => part ?? '',
    );
    expect(parts).toHaveLength(3);
    for (const part of parts)
      expect(await kit.service.request('GET', part, {})).toMatchObject({ status: 200 });
    expect(await kit.service.request('GET', '/docs/package.json', {})).toMatchObject({ status: 404 });
  });

  it('does not exist where it is not wanted', async () => {
    await using bare = await ServiceKit.open({ API_DOCS: 'false' });
    expect(await bare.service.request('GET', '/docs', {})).toMatchObject({ status: 404 });
  });
});
