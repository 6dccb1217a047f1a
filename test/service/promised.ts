import type { OpenAPIObject } from '@nestjs/swagger';
import { expect } from 'vitest';
import { z } from 'zod';
import type { ServiceKit } from './service-kit.js';

/** The API document of the service's only listener. */
export async function apiDocument({ service }: Pick<ServiceKit, 'service'>): Promise<OpenAPIObject> {
  return (await service.request('GET', '/openapi.json', {})).body as OpenAPIObject;
}

export function operationsOf(document: OpenAPIObject) {
  const all = Object.values(document.paths).flatMap((path) => [path.get, path.post, path.delete]);
  return all.filter((operation) => operation !== undefined);
}

/** The body must be what the document promises for this operation and status: no member more, none of another type. */
export async function expectPromised(
  kit: Pick<ServiceKit, 'service'>,
  operationId: string,
  { status, body }: { readonly status: number; readonly body: unknown },
): Promise<void> {
  const operations = operationsOf(await apiDocument(kit));
  const promised = operations.find((operation) => operation.operationId === operationId)?.responses[status];
  const schema = promised !== undefined && 'content' in promised && promised.content?.['application/json'];
  if (!schema) throw new Error(`${operationId} promises nothing for ${status}`);
  const type = z.fromJSONSchema(schema.schema as Parameters<typeof z.fromJSONSchema>[0]);
  expect(type.parse(body)).toEqual(body);
}
