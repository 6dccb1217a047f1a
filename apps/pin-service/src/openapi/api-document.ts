import type { ZoneName } from '../edge/routes/declarations.js';
import type { Route } from '../edge/routes/route-table.js';
import { byName, ComponentSchemas } from './component-schemas.js';
import type { ApiDocument, Operation, PathItem, Response } from './contract-types.js';
import { HEADER_COMPONENTS, PARAMETERS } from './headers.js';
import { grouped } from './grouped.js';
import { oauthError } from './oauth-answers.js';
import { operationOf, templated } from './operations.js';
import type { DescribedRoute } from './problem-codes.js';
import { problemExamples, sharedName } from './problem-responses.js';
import { PROBLEM_TYPES } from './problem-schemas.js';
import { SCOPES_EXPLAINED, tagsNamed } from './tags.js';
import { EVENT_PARAMETERS, eventWebhooks } from './event-schemas.js';
import { withUsedComponents } from './used-components.js';

const DESCRIPTION = `PIN operations for payment cards. A clear PIN never exists outside the HSM: PINs come in envelopes.

- Problems are RFC 9457 documents. Switch on \`code\`; \`x-problem-codes\` lists those of an answer.
- Send an \`X-Request-ID\` with whatever changes something. After a time-out send the same bytes with the same id again.
- Within \`/v1\` members, codes and paths are only added: pass over members that you don't know. What is sent is read
  strictly: an unknown member, in a body or a query, is refused by name.
- Paths and methods that do not exist are answered with \`ROUTE_NOT_FOUND\` (404) and \`METHOD_NOT_ALLOWED\` (405).`;

/** @throws Error naming a handler that nobody described */
export function describedRoutes(routes: readonly Route[]): readonly DescribedRoute[] {
  return routes.flatMap((route) => {
    const { described } = route;
    if (described === undefined) throw new Error(`${route.handler} is not described`);
    return described === 'undocumented' ? [] : [{ ...route, described }];
  });
}

/** The API document of a listener that serves these zones: routes of others are not told of. */
export function documentFor(routes: readonly DescribedRoute[], reached: readonly ZoneName[]): ApiDocument {
  const schemas = new ComponentSchemas();
  for (const type of [...PROBLEM_TYPES, oauthError]) schemas.of(type, 'answered');
  const visible = routes.filter(({ zones }) => zones.some((zone) => reached.includes(zone)));
  const operations = visible.map((route) => [route, operationOf(route, schemas)] as const);
  const shared = sharedResponses(operations.map(([, operation]) => operation));
  const paths: Record<string, PathItem> = {};
  for (const [{ path, method }, operation] of operations) {
    const item = { ...paths[templated(path)], [method.toLowerCase()]: shared.referred(operation) };
    paths[templated(path)] = item;
  }
  const tags = new Set(operations.flatMap(([, operation]) => operation.tags));
  const webhooks = reached.includes('operators') ? eventWebhooks(schemas) : undefined;
  return withUsedComponents({
    openapi: '3.1.0',
    info: {
      title: 'Pinward',
      summary: 'PIN operations for payment cards',
      description: DESCRIPTION,
      version: '1',
      contact: { name: 'The operators of this service' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: servers(reached),
    tags: tagsNamed(tags),
    paths,
    ...(webhooks === undefined ? {} : { webhooks }),
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: schemas.named,
      responses: shared.named,
      parameters: { ...PARAMETERS, ...EVENT_PARAMETERS },
      headers: HEADER_COMPONENTS,
      examples: problemExamples(),
    },
  });
}

const PORTS: Readonly<Record<ZoneName, readonly [port: string, setting: string]>> = {
  'card-apps': ['8443', 'PORT'],
  operators: ['8444', 'ADMIN_PORT'],
  internal: ['9090', 'INTERNAL_PORT'],
};

/** In production every zone has a listener of its own (docs/network-zones.md). */
function servers(reached: readonly ZoneName[]): ApiDocument['servers'] {
  const [zone = 'card-apps'] = reached;
  const [port, setting] = PORTS[zone];
  return [
    { url: '/', description: 'The listener that this document came from' },
    {
      url: `${zone === 'internal' ? 'http' : 'https'}://{host}:{port}`,
      description: `The listener of ${zone}`,
      variables: {
        host: { default: '127.0.0.1', description: 'Where the service is' },
        port: { default: port, description: `\`${setting}\` of the service` },
      },
    },
  ];
}

const SECURITY_SCHEMES = {
  accessToken: {
    type: 'oauth2',
    description:
      'An access token (RFC 9068) as `Authorization: Bearer`, or as `Authorization: DPoP` with a proof (RFC 9449) where it is bound to a key, from the token endpoint or from an OpenID provider that the deployment trusts',
    flows: { clientCredentials: { tokenUrl: '/v1/oauth/token', scopes: SCOPES_EXPLAINED } },
  },
  clientSecret: {
    type: 'http',
    scheme: 'basic',
    description: 'Client id and secret, form-encoded before they are joined (RFC 6749, section 2.3.1)',
  },
} as const;

/** Answers that several operations give alike, under the name that most of them share. */
function sharedResponses(operations: readonly Operation[]) {
  const all = operations.flatMap(({ responses }) =>
    Object.entries(responses as Readonly<Record<string, Response>>)
      .filter(([, response]) => response['x-problem-codes'] !== undefined)
      .map(([status, response]) => ({ name: sharedName(status, response), text: JSON.stringify(response) })),
  );
  const chosen = new Map<string, string>();
  for (const [name, uses] of grouped(all, (one) => one.name)) {
    const byText = [...grouped(uses, ({ text }) => text)];
    const [most] = byText.toSorted(([, one], [, other]) => other.length - one.length);
    if (most !== undefined && most[1].length > 1) chosen.set(name, most[0]);
  }
  const refer = (status: string, response: Response) => {
    const name = sharedName(status, response);
    const isShared = chosen.get(name) === JSON.stringify(response);
    return isShared ? { $ref: `#/components/responses/${name}` } : response;
  };
  return {
    named: byName([...chosen].map(([name, text]) => [name, JSON.parse(text) as Response])),
    referred: (operation: Operation): Operation => ({
      ...operation,
      responses: Object.fromEntries(
        Object.entries(operation.responses as Readonly<Record<string, Response>>).map(
          ([status, response]) => [status, refer(status, response)],
        ),
      ),
    }),
  };
}
