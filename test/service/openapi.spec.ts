import type { OpenAPIObject } from '@nestjs/swagger';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomPin } from '../support/random-pin.js';
import { personsTold } from '../docs/persons-told.js';
import { apiDocument, expectPromised, operationsOf } from './promised.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
let document: OpenAPIObject;
beforeAll(async () => {
  kit = await ServiceKit.open();
  document = await apiDocument(kit);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

describe('GET /openapi.json', () => {
  it('is OpenAPI 3.1 with an id, a summary, answers and the problem for every operation', () => {
    expect(document.openapi).toBe('3.1.0');
    const present = operationsOf(document);
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
    await expectPromised(kit, 'Cards_register', registered);
    await expectPromised(kit, 'Cards_register', await kit.post('/v1/cards', { cardRef }));
    await expectPromised(
      kit,
      'Cards_find',
      await kit.service.request('GET', `/v1/cards?cardRef=${cardRef}`, { token }),
    );
    await expectPromised(kit, 'PinKeys_list', await kit.service.request('GET', '/v1/pin-keys', { token }));
    const card = registered.body as { cardId: string; pinAccount: string };
    const [pin, next] = [randomPin(), randomPin()];
    const path = `/v1/cards/${card.cardId}/pin`;
    await expectPromised(
      kit,
      'Pins_set',
      await kit.post(path, { encryptedPin: await kit.encrypt(pin, card) }),
    );
    for (const currentPin of [next, pin]) {
      const body = {
        currentPin: await kit.encrypt(currentPin, card),
        newPin: await kit.encrypt(next, card),
        otp: await kit.otpFor(card, 'pin-change'),
      };
      await expectPromised(kit, 'Pins_change', await kit.post(`${path}/change`, body));
    }
    for (let wrong = 0; wrong < 3; wrong += 1) {
      await expectPromised(kit, 'Pins_validate', await kit.validate(card, randomPin()));
    }
    await expectPromised(
      kit,
      'Cards_read',
      await kit.service.request('GET', `/v1/cards/${card.cardId}`, { token }),
    );
    const admin = { token: kit.operator };
    const unlock = { reason: 'cardholder identified' };
    await expectPromised(
      kit,
      'AdminCards_unlock',
      await kit.post(`/v1/admin/cards/${card.cardId}/unlock`, unlock, admin),
    );
    await expectPromised(
      kit,
      'AdminCards_read',
      await kit.service.request('GET', `/v1/admin/cards/${card.cardId}`, admin),
    );
    await expectPromised(kit, 'AdminCards_list', await kit.service.request('GET', '/v1/admin/cards', admin));
    await expectPromised(
      kit,
      'Otps_issue',
      await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-change' }),
    );
    const reset = {
      newPin: await kit.encrypt(randomPin(), card),
      otp: await kit.otpFor(card, 'pin-reset'),
    };
    await expectPromised(kit, 'Pins_reset', await kit.post(`${path}/reset`, reset));
    const withPan = await kit.register({ pan: '4111111111111111', expiry: '12/29' });
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const reveal = {
      otp: await kit.otpFor(withPan, 'card-reveal'),
      recipientKey: publicKey.export({ format: 'jwk' }),
    };
    await expectPromised(kit, 'Reveal_reveal', await kit.post(`/v1/cards/${withPan.cardId}/reveal`, reveal));
    await expectPromised(kit, 'Cards_close', await kit.post(`/v1/cards/${withPan.cardId}/close`, undefined));
    await expectPromised(kit, 'Health_live', await kit.service.request('GET', '/health/live', {}));
    await expectPromised(kit, 'Health_ready', await kit.service.request('GET', '/health/ready', {}));
    await expectPromised(kit, 'Jwks_keys', await kit.service.request('GET', '/.well-known/jwks.json', {}));
  });

  it('is kept for clients and their secrets too', async () => {
    expect.hasAssertions();
    const token = await kit.identity.tokenFor({ scopes: ['ops:clients'], subject: 'Grace Hopper' });
    const clientId = `app-${randomUUID().slice(0, 8)}`;
    const created = await kit.post('/v1/admin/clients', { clientId, scopes: ['pin:set'] }, { token });
    await expectPromised(kit, 'AdminClients_create', created);
    const path = `/v1/admin/clients/${clientId}`;
    await expectPromised(
      kit,
      'AdminClients_rotateSecret',
      await kit.post(`${path}/rotate-secret`, {}, { token }),
    );
    await expectPromised(kit, 'AdminClients_read', await kit.service.request('GET', path, { token }));
    await expectPromised(
      kit,
      'AdminClients_list',
      await kit.service.request('GET', '/v1/admin/clients', { token }),
    );
    const { clientSecret } = created.body as { clientSecret: string };
    const issued = await kit.requestToken({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    await expectPromised(kit, 'Tokens_issue', issued);
    const own = await kit.newClient();
    const form = new URLSearchParams({ client_id: own.clientId, client_secret: own.clientSecret }).toString();
    const asForm = { body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    await expectPromised(
      kit,
      'OwnSecret_rotate',
      await kit.service.request('POST', '/v1/clients/self/rotate-secret', asForm),
    );
    await expectPromised(kit, 'AdminClients_revoke', await kit.service.request('DELETE', path, { token }));
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
