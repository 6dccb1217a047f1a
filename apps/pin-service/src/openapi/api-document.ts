import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { SCOPES } from '#libs/api-clients';
import { ERROR_CODES, LIMIT_NAMES } from '#libs/errors';
import type { Route } from '../edge/routes/route-table.js';
import type { ZoneName } from '../edge/routes/declarations.js';

type PathItem = OpenAPIObject['paths'][string];
type OperationObject = NonNullable<PathItem['get']>;
type Responses = OperationObject['responses'];
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const METHODS = ['get', 'post', 'delete'] as const;
const HEADER = (description: string) => ({ description, schema: { type: 'string' } as const });

/** The API document of every zone, made from the routes themselves. @throws Error for a handler nobody described */
export function apiDocument(application: INestApplication, routes: readonly Route[]): OpenAPIObject {
  const document = SwaggerModule.createDocument(application, baseDocument());
  for (const route of routes) {
    const operation = operationOf(document, route);
    const { described } = route;
    if (operation === undefined || described === undefined)
      throw new Error(`${route.handler} is not described`);
    operation.operationId = route.handler.replace('Controller.', '_');
    operation.summary = described.summary;
    operation.security = 'open' in route.access ? [] : [{ accessToken: scopesOf(route) }];
    operation.responses = { ...answers(described.answers), default: PROBLEM };
    if (route.method === 'POST') operation.parameters = [...(operation.parameters ?? []), REQUEST_ID];
  }
  return document;
}

/** What exists on a listener: routes of other zones are not told of either. */
export function documentFor(
  document: OpenAPIObject,
  routes: readonly Route[],
  reached: readonly ZoneName[],
): OpenAPIObject {
  const visible = routes.filter(({ zones }) => zones.some((zone) => reached.includes(zone)));
  const paths: OpenAPIObject['paths'] = {};
  for (const route of visible) {
    const operation = operationOf(document, route);
    const path = templated(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
  }
  return { ...document, paths };
}

function baseDocument() {
  return new DocumentBuilder()
    .setTitle('Pinward')
    .setDescription('PIN operations for payment cards. Problems are RFC 9457 documents; switch on `code`.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addOAuth2(
      {
        type: 'oauth2',
        flows: {
          clientCredentials: {
            tokenUrl: '/v1/oauth/token',
            scopes: Object.fromEntries(SCOPES.map((scope) => [scope, ''])),
          },
        },
      },
      'accessToken',
    )
    .build();
}

function templated({ path }: Route): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function operationOf(document: OpenAPIObject, route: Route): OperationObject | undefined {
  const method = METHODS.find((name) => name === route.method.toLowerCase());
  return method === undefined ? undefined : document.paths[templated(route)]?.[method];
}

function scopesOf({ access }: Route): string[] {
  return 'anyOf' in access ? [...access.anyOf] : [];
}

function schemaOf(type: z.ZodType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'output' });
  return schema as Schema;
}

function answers(byStatus: Readonly<Record<number, z.ZodType | null>>): Responses {
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, type]) => [
      status,
      {
        description: 'Done',
        headers: { 'X-Request-ID': HEADER('Yours, or the generated one') },
        ...(type === null ? {} : { content: { 'application/json': { schema: schemaOf(type) } } }),
      },
    ]),
  );
}

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(ERROR_CODES),
    limit: z.enum(LIMIT_NAMES).optional(),
  })
  .loose();

const PROBLEM: NonNullable<Responses[string]> = {
  description: 'A problem (RFC 9457); docs/errors.md explains each code',
  headers: {
    'X-Request-ID': HEADER('Yours, or the generated one'),
    'Retry-After': HEADER('Seconds, where trying again helps'),
  },
  content: { 'application/problem+json': { schema: schemaOf(problem) } },
};

const REQUEST_ID = {
  name: 'X-Request-ID',
  in: 'header',
  required: false,
  description: 'Unique for each intention; the same id with the same bytes is answered once',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
} as const;
