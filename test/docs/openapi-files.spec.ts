import { createConfig, lintFromString } from '@redocly/openapi-core';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describedRoutes, documentFor } from '../../apps/pin-service/src/openapi/api-document.js';
import type { ApiDocument } from '../../apps/pin-service/src/openapi/contract-types.js';
import { EVENT_TYPES } from '#libs/webhooks';
import { ZONES } from '../../apps/pin-service/src/edge/routes/declarations.js';
import { operationsOf, type FoundOperation } from '../contract/contract-files.js';
import { declaredRoutes } from '../service/declared-routes.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { personsTold } from './persons-told.js';

/** One for each listener, and one for what a sandbox serves besides. */
const NAMES = [...ZONES, 'sandbox'] as const;

let documents: Readonly<Record<string, ApiDocument>>;
let operations: readonly FoundOperation[];

beforeAll(async () => {
  const routes = describedRoutes(await declaredRoutes());
  const withSandbox = describedRoutes(await declaredRoutes({ SANDBOX: 'true' }));
  const ofSandbox = withSandbox.filter((route) => !routes.some(({ handler }) => handler === route.handler));
  documents = {
    ...Object.fromEntries(ZONES.map((zone) => [zone, documentFor(routes, [zone])])),
    sandbox: documentFor(ofSandbox, ['card-apps']),
  };
  operations = operationsOf(Object.values(documents));
});

const textOf = (name: string) => `${JSON.stringify(documents[name], null, 2)}\n`;

describe.each(NAMES)('docs/openapi/%s.json', (name) => {
  it('is what is served', async () => {
    await expect(textOf(name)).toMatchFileSnapshot(join(PROJECT_ROOT, `docs/openapi/${name}.json`));
  });

  it('keeps the recommended rules of Redocly', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const found = await lintFromString({ source: textOf(name), absoluteRef: `/${name}.json`, config });
    expect(found.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });
});

describe('the contract', () => {
  it('has an id of its own, a summary and a description for every operation', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const { operation, name } of operations)
      expect([operation.summary, operation.description].filter(Boolean), name).toHaveLength(2);
  });

  it('has no call that changes something without a word on how many persons it takes', () => {
    const changes = operations
      .filter(({ method, path }) => method !== 'get' && !/^\/v1\/(cards|sandbox)/.test(path))
      .map(({ name }) => name);
    const told = personsTold().map(([call]) => call);
    expect(told.filter((call) => !call.startsWith('pinctl ')).toSorted()).toEqual(changes.toSorted());
  });

  it('reads bodies strictly, and leaves answers open: members are added', () => {
    const { Card, EncryptedPin } = documents['card-apps']?.components['schemas'] ?? {};
    expect(EncryptedPin).toMatchObject({ additionalProperties: false });
    expect(JSON.stringify(Card)).not.toContain('additionalProperties');
  });

  it('has an event for each type, and no answer without its codes', () => {
    expect(Object.keys(documents['operators']?.webhooks ?? {})).toEqual([...EVENT_TYPES]);
    for (const { operation, name } of operations)
      for (const status of ['400', '500']) expect(operation.responses, name).toHaveProperty(status);
  });
});
