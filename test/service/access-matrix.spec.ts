import { randomUUID } from 'node:crypto';
import 'reflect-metadata';
import { DiscoveryService, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '#libs/api-clients';
import { createDataSource } from '#libs/database';
import { AppModule } from '../../apps/pin-service/src/app.module.js';
import { loadSettings } from '../../apps/pin-service/src/config/load-settings.js';
import { Draining } from '../../apps/pin-service/src/draining.js';
import { Log } from '../../apps/pin-service/src/logging/log.js';
import { Metrics } from '../../apps/pin-service/src/metrics/metrics.js';
import { PolicyInForce } from '../../apps/pin-service/src/policy/policy-in-force.js';
import { policySettings } from '../../apps/pin-service/src/policy/policy-settings.js';
import { readRouteTable, type Route } from '../../apps/pin-service/src/edge/routes/route-table.js';
import { FakeHsm } from '../support/fake-hsm.js';
import { ServiceKit } from './service-kit.js';

type Demand = 'open' | readonly Scope[];

const DECIDERS: Demand = ['ops:unlock', 'ops:clients', 'webhooks:manage', 'ops:policy', 'ops:brakes'];

/** The contract (docs/http-api.md), written down once more: a route whose scopes are changed by mistake differs from it. */
const CONTRACT: Readonly<Record<string, Demand>> = {
  'POST /v1/oauth/token': 'open',
  'GET /.well-known/jwks.json': 'open',
  'POST /v1/clients/self/rotate-secret': 'open',
  'GET /v1/pin-keys': ['pin:set', 'pin:validate', 'pin:change', 'pin:reset'],
  'POST /v1/cards': ['cards:write'],
  'GET /v1/cards': ['cards:read'],
  'GET /v1/cards/:cardId': ['cards:read'],
  'POST /v1/cards/:cardId/pin': ['pin:set'],
  'POST /v1/cards/:cardId/pin/validate': ['pin:validate'],
  'POST /v1/cards/:cardId/pin/change': ['pin:change'],
  'POST /v1/cards/:cardId/pin/reset': ['pin:reset'],
  'POST /v1/cards/:cardId/otp': ['otp:issue'],
  'POST /v1/cards/:cardId/reveal': ['cards:reveal'],
  'POST /v1/cards/:cardId/close': ['cards:write'],
  'GET /v1/admin/cards': ['ops:read'],
  'GET /v1/admin/cards/:cardId': ['ops:read'],
  'POST /v1/admin/cards/:cardId/unlock': ['ops:unlock'],
  'GET /v1/admin/approvals': DECIDERS,
  'GET /v1/admin/approvals/:approvalId': DECIDERS,
  'POST /v1/admin/approvals/:approvalId/approve': DECIDERS,
  'POST /v1/admin/approvals/:approvalId/reject': DECIDERS,
  'POST /v1/admin/approvals/:approvalId/collect': DECIDERS,
  'POST /v1/admin/persons': ['ops:clients'],
  'GET /v1/admin/persons': ['ops:clients'],
  'POST /v1/admin/persons/revoke': ['ops:clients'],
  'POST /v1/admin/clients': ['ops:clients'],
  'GET /v1/admin/clients': ['ops:clients'],
  'GET /v1/admin/clients/:clientId': ['ops:clients'],
  'DELETE /v1/admin/clients/:clientId': ['ops:clients'],
  'POST /v1/admin/clients/:clientId/rotate-secret': ['ops:clients'],
  'GET /v1/admin/brakes': ['ops:read', 'ops:brakes'],
  'POST /v1/admin/brakes': ['ops:brakes'],
  'POST /v1/admin/brakes/:brakeId/release': ['ops:brakes'],
  'GET /v1/admin/policy': ['ops:read', 'ops:policy'],
  'POST /v1/admin/policy': ['ops:policy'],
  'GET /v1/admin/audit': ['audit:read'],
  'GET /v1/admin/audit/checkpoint': ['audit:read'],
  'GET /v1/admin/audit/inclusion-proof': ['audit:read'],
  'GET /v1/admin/audit/consistency-proof': ['audit:read'],
  'POST /v1/webhook-endpoints': ['webhooks:manage'],
  'GET /v1/webhook-endpoints': ['webhooks:manage'],
  'GET /v1/webhook-endpoints/:endpointId': ['webhooks:manage'],
  'DELETE /v1/webhook-endpoints/:endpointId': ['webhooks:manage'],
  'POST /v1/webhook-endpoints/:endpointId/rotate-secret': ['webhooks:manage'],
  'POST /v1/webhook-endpoints/:endpointId/resume': ['webhooks:manage'],
  'GET /v1/webhook-endpoints/:endpointId/deliveries': ['webhooks:manage'],
  'POST /v1/webhook-endpoints/:endpointId/deliveries/:deliveryId/redeliver': ['webhooks:manage'],
  'GET /health/live': 'open',
  'GET /health/ready': 'open',
  'GET /metrics': 'open',
  'GET /openapi.json': 'open',
  'GET /docs': 'open',
  'GET /docs/:asset': 'open',
};

const TENANTS = ['default', 'other'] as const;

let kit: ServiceKit;
let routes: readonly Route[];
/** A card and a client of the first tenant. */
let known: Readonly<Record<string, string>>;

beforeAll(async () => {
  kit = await ServiceKit.open();
  const { cardId } = await kit.register();
  known = { cardId, clientId: (await kit.newClient()).clientId, asset: 'start.js' };
  routes = await routeTable();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** Of the application as it is put together, which is not started for this. */
async function routeTable(): Promise<readonly Route[]> {
  const settings = loadSettings({
    ...kit.identity.environment,
    PINWARD_ENV: 'test',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1/none',
    PKCS11_MODULE: '-',
    PKCS11_TOKEN_LABEL: '-',
    PKCS11_TOKEN_PIN: '-',
  });
  const hsm = await FakeHsm.open();
  const dataSource = createDataSource(settings.DATABASE_URL.reveal());
  const policy = new PolicyInForce(dataSource, {}, policySettings(settings).defaults);
  const parts = { draining: new Draining(), metrics: new Metrics(), log: new Log('fatal') };
  const resources = { hsm, dataSource, policy, ...parts };
  const module = AppModule.with(settings, resources);
  const application = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
  return readRouteTable(application.get(DiscoveryService), application.get(Reflector));
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

/** The status of a call with ids that exist in the first tenant and a body that no route takes. */
async function call({ method, path }: Route, token?: string): Promise<number> {
  const url = path.replaceAll(/:(\w+)/g, (_, name: string) => known[name] ?? randomUUID());
  const body = method === 'POST' ? { body: { unknown: true } } : {};
  const { status } = await kit.service.request(method, url, {
    ...body,
    ...(token === undefined ? {} : { token }),
  });
  return status;
}

describe('every route', () => {
  it('is in the contract, and asks for what the contract says', () => {
    const declared = routes.map((route): [string, Demand] => {
      const { access } = route;
      const demand = 'open' in access ? 'open' : access.anyOf;
      return [nameOf(route), demand];
    });
    expect(Object.fromEntries(declared)).toEqual(CONTRACT);
  });

  it('asks for a token unless it is open', async () => {
    for (const route of routes) {
      const status = await call(route);
      expect([nameOf(route), status === 401], String(status)).toEqual([
        nameOf(route),
        CONTRACT[nameOf(route)] !== 'open',
      ]);
    }
  });

  it.each(TENANTS)('lets in exactly the scopes it names, with clients of tenant %s', async (tenantId) => {
    for (const scope of SCOPES) {
      const token = await kit.identity.tokenFor({
        scopes: [scope],
        tenantId,
        clientId: `with-${scope.replace(':', '-')}`,
      });
      for (const route of routes.filter(({ method }) => method !== 'DELETE')) {
        const demand = CONTRACT[nameOf(route)];
        const allowed = typeof demand === 'string' || (demand?.includes(scope) ?? false);
        const status = await call(route, token);
        expect([nameOf(route), scope, status !== 403]).toEqual([nameOf(route), scope, allowed]);
        expect(status).not.toBe(401);
        expect(status).toBeLessThan(500);
      }
    }
  });

  it('shows nothing of one tenant to another: what exists there is unknown here', async () => {
    const withId = routes.filter(({ path, method }) => /:(card|client)Id/.test(path) && method === 'GET');
    for (const route of withId) {
      const scopes = CONTRACT[nameOf(route)] as readonly Scope[];
      const mine = await kit.identity.tokenFor({ scopes, tenantId: 'default' });
      const foreign = await kit.identity.tokenFor({ scopes, tenantId: 'other' });
      expect([nameOf(route), await call(route, mine)]).toEqual([nameOf(route), 200]);
      expect([nameOf(route), await call(route, foreign)]).toEqual([nameOf(route), 404]);
    }
  });
});
