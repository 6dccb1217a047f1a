import { z } from 'zod';
import { LINES_TYPE } from '../edge/requests/bodies.js';
import type { ComponentSchemas } from './component-schemas.js';
import type { Operation, Parameter, Reference, Response, Schema } from './contract-types.js';
import { headersOf, PATH_PARAMETERS } from './headers.js';
import { isInternal, takesProofs, type DescribedRoute } from './problem-codes.js';
import { problemResponses } from './problem-responses.js';
import { tagOf } from './tags.js';
import { withOAuthErrors } from './oauth-answers.js';

/** "/v1/cards/{cardId}" */
export function templated(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

/** What the document says of a route. */
export function operationOf(route: DescribedRoute, schemas: ComponentSchemas): Operation {
  const { described, handler } = route;
  const body = requestBody(route, schemas);
  const parameters = [...inPath(route), ...inQuery(route, schemas), ...ids(route)];
  const responses = { ...answers(route, schemas), ...problemResponses(route) };
  return {
    operationId: handler.replace('Controller.', '_'),
    summary: described.summary,
    description: [described.description, scopesTold(route)].filter(Boolean).join('\n\n'),
    tags: [tagOf(handler)],
    security: security(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: described.clientSecret === 'oauth' ? withOAuthErrors(responses) : responses,
  };
}

function scopesTold({ access, described }: DescribedRoute): string {
  if (described.clientSecret !== undefined)
    return 'The client shows its secret by HTTP Basic, or as `client_id` and `client_secret` of the form.';
  if (described.clientKey === true)
    return 'The client shows an assertion of its key in the form, or its certificate in the connection.';
  if ('open' in access) return 'Asks for no token.';
  const names = access.anyOf.map((scope) => `\`${scope}\``);
  return names.length === 1 ? `Takes the scope ${names[0]}.` : `Takes one of the scopes ${names.join(', ')}.`;
}

/** Any of several scopes is as many requirements, of which one is met (OpenAPI 3.1, 4.8.30). */
function security({ access, described }: DescribedRoute): Operation['security'] {
  if (described.clientSecret !== undefined) return [{ clientSecret: [] }, {}];
  if ('open' in access) return [];
  return access.anyOf.map((scope) => ({ accessToken: [scope] }));
}

function inPath({ path }: DescribedRoute): readonly Parameter[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const description = PATH_PARAMETERS[name];
    if (description === undefined) throw new Error(`the path parameter ${name} is not described`);
    return { name, in: 'path', required: true, description, schema: { type: 'string' } };
  });
}

function inQuery({ takes }: DescribedRoute, schemas: ComponentSchemas): readonly Parameter[] {
  if (takes.query === undefined) return [];
  const { properties = {}, required = [] } = schemas.of(takes.query, 'sent') as {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema,
  }));
}

function ids({ method, described }: DescribedRoute): readonly Reference[] {
  const names = method === 'GET' || described.clientSecret === 'oauth' ? [] : ['RequestId', 'IdempotencyKey'];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function requestBody({ takes, described }: DescribedRoute, schemas: ComponentSchemas) {
  const type = described.form ?? described.lines ?? takes.body;
  if (type === undefined) return;
  const media = mediaOf(described);
  const required = !type.safeParse(undefined).success;
  return { required, content: { [media]: { schema: schemas.of(given(type), 'sent') } } };
}

/** Of lines, the schema is that of each (OpenAPI 3.1 has no word for it). */
function mediaOf({ form, lines }: DescribedRoute['described']): string {
  if (form !== undefined) return 'application/x-www-form-urlencoded';
  return lines === undefined ? 'application/json' : LINES_TYPE;
}

/** What it is where it is not left out. */
function given(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodOptional || type instanceof z.ZodNullable
    ? given(type.unwrap() as z.ZodType)
    : type;
}

function answers(route: DescribedRoute, schemas: ComponentSchemas): Readonly<Record<string, Response>> {
  const { described, method } = route;
  const limited = isInternal(route) ? [] : (['RateLimit-Policy', 'RateLimit'] as const);
  const changes = method !== 'GET';
  const nonce = takesProofs(route) ? (['DPoP-Nonce'] as const) : [];
  const named = described.files === undefined ? [] : (['Content-Disposition'] as const);
  const repeated = changes ? (['Idempotent-Replayed'] as const) : [];
  return Object.fromEntries(
    Object.entries(described.answers).map(([status, type]) => [
      status,
      {
        description: told(status),
        headers: headersOf([
          'X-Request-ID',
          ...limited,
          'X-Request-ID-Replaced',
          ...repeated,
          ...named,
          ...nonce,
        ]),
        content:
          type === null
            ? asText(described.files ?? ['text/plain'])
            : { 'application/json': { schema: schemas.of(type, 'answered') } },
      },
    ]),
  );
}

function asText(types: readonly string[]) {
  return Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }]));
}

function told(status: string): string {
  if (status === '201') return 'Done: it is new';
  if (status === '202') return 'Accepted: it is still to have its effect';
  return status === '503' ? 'This replica cannot serve' : 'Done';
}
