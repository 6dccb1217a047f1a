import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ApiDocument,
  Operation,
  Response,
  Schema,
} from '../../apps/pin-service/src/openapi/contract-types.js';
import { ZONES } from '../../apps/pin-service/src/edge/routes/declarations.js';
import { PROJECT_ROOT } from '../support/project-root.js';

const METHODS = ['get', 'post', 'delete'] as const;

/** The contract as it is committed: one document for each listener, and one for what a sandbox has besides (docs/openapi). */
export function contractDocuments(names: readonly string[] = [...ZONES, 'sandbox']): readonly ApiDocument[] {
  return names.map((name) => {
    const text = readFileSync(join(PROJECT_ROOT, `docs/openapi/${name}.json`), 'utf8');
    return JSON.parse(text) as ApiDocument;
  });
}

export interface FoundOperation {
  /** "POST /v1/cards" */
  readonly name: string;
  readonly method: (typeof METHODS)[number];
  readonly path: string;
  readonly operation: Operation;
  readonly document: ApiDocument;
}

/** Each operation once, also one that is in several documents. */
export function operationsOf(documents: readonly ApiDocument[]): readonly FoundOperation[] {
  const all = documents.flatMap((document) =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method): FoundOperation[] => {
        const operation = item[method];
        const name = `${method.toUpperCase()} ${path}`;
        return operation === undefined ? [] : [{ name, method, path, operation, document }];
      }),
    ),
  );
  return [...new Map(all.map((found) => [found.name, found])).values()];
}

/** An answer of an operation, with all that it refers to; undefined where the contract has none with this status. */
export function responseOf({ operation, document }: FoundOperation, status: number): Response | undefined {
  return resolved(document, operation.responses[String(status)]) as Response | undefined;
}

/** What a value is with all its references put in. */
export function resolved(document: ApiDocument, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(document, item));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, ...rest } = value as Schema;
  const own = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, resolved(document, part)]));
  if (typeof $ref !== 'string') return own;
  const [kind = '', name = ''] = $ref.replace('#/components/', '').split('/');
  return { ...(resolved(document, document.components[kind]?.[name]) as Schema), ...own };
}

/**
 * The schema of an answer as this version gives it: no member that is not described. To callers answers are open, since
 * members are added.
 */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closed(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { allOf, ...own } = schema as Schema & { readonly allOf?: readonly Schema[] };
  const whole = allOf === undefined ? own : allOf.reduce((all, one) => both(all, one), own);
  const parts = Object.entries(whole).map(([key, part]) => [key, isData(key) ? part : closed(part)]);
  const isOpen = 'properties' in whole && !('additionalProperties' in whole);
  return { ...Object.fromEntries(parts), ...(isOpen ? { additionalProperties: false } : {}) };
}

function isData(key: string): boolean {
  return ['enum', 'const', 'examples', 'default', 'required'].includes(key);
}

function both(one: Schema, other: Schema): Schema {
  const [own, its] = [one['properties'] as Schema | undefined, other['properties'] as Schema | undefined];
  return { ...one, ...other, properties: { ...own, ...its } };
}
