import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '#libs/api-clients';
import type { Route } from '../../apps/pin-service/src/edge/routes/route-table.js';
import { declaredRoutes } from './declared-routes.js';
import { ServiceKit } from './service-kit.js';

type Demand = 'open' | readonly Scope[];

const DECIDERS: Demand = [
  'ops:unlock',
  'ops:clients',
  'webhooks:manage',
  'ops:policy',
  'ops:brakes',
  'ops:incidents',
];

/** The contract (docs/http-api.md), written down once more: a route whose scopes are changed by mistake differs from it. */
const CONTRACT: Readonly<Record<string, Demand>> = {
  'POST /v1/oauth/token': 'open',
  'GET /.well-known/jwks.json': 'open',
  'GET /.well-known/oauth-authorization-server': 'open',
  'POST /v1/clients/self/rotate-secret': 'open',
  'POST /v1/clients/self/rotate-keys': 'open',
  'GET /problems/:code': 'open',
  'GET /v1/pin-keys': ['pin:set', 'pin:validate', 'pin:change', 'pin:reset'],
  'POST /v1/cards': ['cards:write'],
  'GET /v1/cards': ['cards:read'],
  'GET /v1/cards/:cardId': ['cards:read'],
  'POST /v1/card-imports': ['cards:import'],
  'GET /v1/card-imports': ['cards:import'],
  'GET /v1/card-imports/:importId': ['cards:import'],
  'GET /v1/card-imports/:importId/lines': ['cards:import'],
  'POST /v1/cards/:cardId/pin': ['pin:set'],
  'POST /v1/cards/:cardId/pin/validate': ['pin:validate'],
  'POST /v1/cards/:cardId/pin/change': ['pin:change'],
  'POST /v1/cards/:cardId/pin/reset': ['pin:reset'],
  'POST /v1/cards/:cardId/otp': ['otp:issue'],
  'POST /v1/cards/:cardId/reveal': ['cards:reveal'],
  'POST /v1/cards/:cardId/close': ['cards:write'],
  'POST /v1/cards/:cardId/chip-commands/:commandId/report': ['chip:report'],
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
  'POST /v1/admin/clients/:clientId/change': ['ops:clients'],
  'POST /v1/admin/clients/:clientId/rotate-keys': ['ops:clients'],
  'POST /v1/admin/clients/:clientId/withdraw': ['ops:clients'],
  'GET /v1/admin/client-demands': ['ops:clients', 'ops:policy'],
  'POST /v1/admin/client-demands': ['ops:policy'],
  'GET /v1/admin/alarms': ['ops:read', 'ops:brakes'],
  'GET /v1/admin/keys': ['ops:read', 'ops:policy'],
  'GET /v1/admin/soundness': ['ops:read'],
  'GET /v1/admin/activity': ['ops:read'],
  'GET /v1/admin/brakes': ['ops:read', 'ops:brakes'],
  'POST /v1/admin/brakes': ['ops:brakes'],
  'POST /v1/admin/brakes/:brakeId/release': ['ops:brakes'],
  'POST /v1/admin/incidents': ['ops:incidents'],
  'GET /v1/admin/incidents': ['ops:read', 'ops:incidents'],
  'GET /v1/admin/incidents/:incidentId': ['ops:read', 'ops:incidents'],
  'GET /v1/admin/incidents/:incidentId/cards': ['ops:read', 'ops:incidents'],
  'POST /v1/admin/incidents/:incidentId/restore': ['ops:incidents'],
  'POST /v1/admin/incidents/:incidentId/cancel': ['ops:incidents'],
  'GET /v1/admin/incidents/:incidentId/report': ['ops:read', 'ops:incidents', 'audit:read'],
  'GET /v1/admin/policy': ['ops:read', 'ops:policy'],
  'POST /v1/admin/policy': ['ops:policy'],
  'GET /v1/admin/audit': ['audit:read'],
  'GET /v1/admin/audit/export': ['audit:read'],
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
  'POST /v1/webhook-endpoints/:endpointId/test': ['webhooks:manage'],
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
  known = { cardId, clientId: (await kit.newClient()).clientId, asset: 'start.js', code: 'PIN_LOCKED' };
  routes = await declaredRoutes();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

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
