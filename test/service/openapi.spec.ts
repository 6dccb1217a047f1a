import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES, SCOPES } from '#libs/api-clients';
import type { ApiDocument } from '../../apps/pin-service/src/openapi/contract-types.js';
import { ZONES } from '../../apps/pin-service/src/edge/routes/declarations.js';
import {
  contractDocuments,
  operationsOf,
  resolved,
  type FoundOperation,
} from '../contract/contract-files.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
const operations = operationsOf(contractDocuments(ZONES));

beforeAll(async () => (kit = await ServiceKit.open()));
afterAll(async () => await kit[Symbol.asyncDispose]());

const committed = (zone: string): unknown =>
  JSON.parse(readFileSync(join(PROJECT_ROOT, `docs/openapi/${zone}.json`), 'utf8'));

describe('GET /openapi.json', () => {
  it('is the committed document of a listener that serves one zone; there are pages only where they are wanted', async () => {
    await using apart = await ServiceKit.open({ ADMIN_PORT: '0', API_DOCS: 'false' });
    const operators = apart.service.urlOf('operators');
    const { body } = await apart.service.request('GET', `${operators}/openapi.json`);
    expect(body).toEqual(committed('operators'));
    expect(await apart.service.request('GET', `${operators}/docs`)).toMatchObject({ status: 404 });
  });

  it('tells of all that one listener serves which stands for several', async () => {
    const { body } = await kit.service.request('GET', '/openapi.json');
    const served = operationsOf([body as ApiDocument]).map(({ name }) => name);
    expect(served.toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
  });
});

/** Bodies that the document shows, each with its operation. */
function shown(): readonly (readonly [FoundOperation, Record<string, unknown>])[] {
  return operations.flatMap((found) => {
    const content = found.operation.requestBody?.content?.['application/json'];
    const schema =
      content === undefined ? {} : (resolved(found.document, content.schema) as { examples?: unknown });
    return ((schema.examples ?? []) as Record<string, unknown>[]).map((example) => [found, example] as const);
  });
}

describe('the examples of bodies', () => {
  it('can be sent: none is refused for its form', async () => {
    const card = await kit.cardWithPin(randomPin());
    const tokens = await Promise.all(
      [
        ['cards:write', 'cards:reveal', 'otp:issue', 'pin:set', 'pin:validate', 'pin:change', 'pin:reset'],
        ['ops:unlock', 'ops:clients', 'ops:policy', 'ops:brakes', 'ops:incidents', 'webhooks:manage'],
      ].map(
        async (scopes) =>
          await kit.identity.tokenFor({ scopes, clientId: `app-${scopes.length}`, subject: 'Grace Hopper' }),
      ),
    );
    const [cardApp, operator] = tokens as [string, string];
    const answered: Record<string, number> = {};
    for (const [{ name, path, method }, example] of shown()) {
      // What is typed and encrypted anew each time, and a stop that would stop the others.
      const body = { ...example, ...(await freshPins(example, card)) };
      if (example['kind'] === 'operation')
        Object.assign(body, { kind: 'card', target: (await kit.register()).cardId });
      // This caller's own token is bound to nothing.
      if ('senderConstrained' in example) Object.assign(body, { senderConstrained: false });
      const url = path.replace('{cardId}', card.cardId).replaceAll(/\{\w+\}/g, () => randomUUID());
      const isOperators = path.startsWith('/v1/admin') || path.startsWith('/v1/webhook');
      const answer = await kit.service.request(method.toUpperCase(), url, {
        token: isOperators ? operator : cardApp,
        body,
      });
      answered[name] = answer.status;
      expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).not.toBe(400);
      expect(answer.status, name).toBeLessThan(500);
    }
    expect(answered).toMatchObject({ 'POST /v1/cards': 201, 'POST /v1/cards/{cardId}/pin/validate': 200 });
  });

  it('are there for every body', () => {
    const without = operations.filter(({ operation, name }) => {
      const body = operation.requestBody;
      return (
        body?.required === true &&
        !shown().some(([one]) => one.name === name) &&
        body.content?.['application/json'] !== undefined
      );
    });
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

async function freshPins(example: Record<string, unknown>, card: { cardId: string; pinAccount: string }) {
  const members = Object.keys(example).filter((name) => name.endsWith('Pin'));
  return Object.fromEntries(
    await Promise.all(members.map(async (name) => [name, await kit.encrypt(randomPin(), card)] as const)),
  );
}

describe('a query that an operation does not know', () => {
  const strict = operations.filter(
    ({ document }) => !document.servers.some(({ url }) => String(url).startsWith('http:')),
  );

  it.each(strict.map(({ name }) => name))('is refused by name: %s', async (name) => {
    const [method = '', path = ''] = name.split(' ');
    const url = path.replaceAll(/\{\w+\}/g, () => randomUUID());
    const isOperators = /^\/v1\/(admin|webhook)/.test(path);
    const token = await kit.identity.tokenFor({
      scopes: SCOPES.filter(
        (scope) => (OPERATOR_SCOPES as readonly string[]).includes(scope) === isOperators,
      ),
      subject: 'Grace Hopper',
    });
    const form = { body: 'grant_type=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const sent = path.endsWith('oauth/token') ? form : { token, ...(method === 'POST' ? { body: {} } : {}) };
    const errors = [{ pointer: '/unheardOf', in: 'query', detail: 'is not known here' }];
    expect(await kit.service.request(method, `${url}?unheardOf=4071`, sent)).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID', errors: expect.arrayContaining(errors) as unknown },
    });
  });

  it('may be there for probes and metrics, which machines ask', async () => {
    expect(await kit.service.request('GET', '/health/live?unheardOf=1')).toMatchObject({ status: 200 });
  });
});

describe('a card app', () => {
  it('is answered as the document says, from the first PIN to the last', async () => {
    const card = await kit.register({ pan: '4111111111111111', expiry: '12/29' });
    const path = `/v1/cards/${card.cardId}`;
    const [pin, next] = [randomPin(), randomPin()];
    const encryptedPin = await kit.encrypt(pin, card);
    expect(await kit.post(`${path}/pin`, { encryptedPin })).toMatchObject({ status: 201 });
    for (const [currentPin, changed] of [
      [next, false],
      [pin, true],
    ] as const) {
      const body = {
        currentPin: await kit.encrypt(currentPin, card),
        newPin: await kit.encrypt(next, card),
        otp: await kit.otpFor(card, 'pin-change'),
      };
      expect(await kit.post(`${path}/pin/change`, body)).toMatchObject({ status: 200, body: { changed } });
    }
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const reveal = {
      otp: await kit.otpFor(card, 'card-reveal'),
      recipientKey: publicKey.export({ format: 'jwk' }),
    };
    expect(await kit.post(`${path}/reveal`, reveal)).toMatchObject({ status: 200 });
    expect(await kit.post(`${path}/close`, undefined)).toMatchObject({ status: 200 });
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
});
