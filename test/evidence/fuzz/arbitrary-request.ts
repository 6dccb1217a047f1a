import type { ApiDocument } from '../../../apps/pin-service/src/openapi/contract-types.js';
import fc from 'fast-check';

export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Which of the prepared tokens. */
  readonly token: number;
}

/** The part of JSON Schema that the document uses. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema?: Schema;
}

const METHODS = ['get', 'post', 'delete'] as const;

/** Whatever JSON can hold, deep and odd: also half surrogates, control characters and numbers beyond a double. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(null, true, -0, 1e308, 4_294_967_296, '', '\u0000', '\uD800', '__proto__', [], {}, [
    [[[[]]]],
  ]),
);

/** Values as the schema has them, now and then something else. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: conforming(schema) }, { weight: 1, arbitrary: anything });
}

function conforming(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => valueOf(one)));
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, part]) => [name, valueOf(part)]),
        ),
        { requiredKeys: Object.keys(schema.properties ?? {}).slice(0, 3) },
      );
    case 'array':
      return fc.array(valueOf(schema.items ?? {}), { maxLength: 4 });
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: -2, max: 300 }), fc.double());
    default:
      return anything;
  }
}

function text({ pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  const plain = fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 400) });
  if (pattern === undefined) return fc.oneof(plain, fc.base64String({ minLength, maxLength: 1_000 }));
  return fc.oneof(plain, fc.stringMatching(/^[\x21-\x7e]{1,128}$/));
}

/** Path segments: cards that exist, and everything else. */
function segment(known: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.uuid() },
    {
      weight: 1,
      arbitrary: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }).map(encodeURIComponent),
    },
  );
}

/** Requests for every operation of the document. @param known ids that exist */
export function arbitraryRequest(
  document: ApiDocument,
  known: readonly string[],
  tokens: number,
): fc.Arbitrary<FuzzedRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) =>
      item[method] === undefined ? [] : [requestOf(path, method, item[method], { known, tokens })],
    ),
  );
  return fc.oneof(...operations);
}

interface Surroundings {
  readonly known: readonly string[];
  readonly tokens: number;
}

function requestOf(
  path: string,
  method: (typeof METHODS)[number],
  operation: unknown,
  { known, tokens }: Surroundings,
): fc.Arbitrary<FuzzedRequest> {
  const { parameters = [], requestBody } = operation as {
    readonly parameters?: readonly Parameter[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  };
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? ['application/json', undefined];
  const queries = parameters.filter((parameter) => parameter.in === 'query');
  const query = fc.record(
    Object.fromEntries(queries.map(({ name, schema = {} }) => [name, valueOf(schema)])),
    { requiredKeys: [] },
  );
  return fc
    .record({
      segments: fc.array(segment(known), { minLength: 3, maxLength: 3 }),
      query,
      value: media === undefined ? fc.constant(undefined) : valueOf(media.schema),
      broken: fc.option(fc.string({ unit: 'binary', maxLength: 200 }), { freq: 12, nil: null }),
      id: fc.option(fc.oneof(fc.uuid(), fc.string({ maxLength: 140 })), { nil: null }),
      mediaType: fc.oneof(
        { weight: 12, arbitrary: fc.constant(type) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('text/plain', 'application/xml', 'application/json; charset=latin1'),
        },
      ),
      token: fc.nat({ max: tokens - 1 }),
    })
    .map(({ segments, query: asked, value, broken, id, mediaType, token }) => {
      const left = [...segments];
      const url = path.replaceAll(/\{\w+\}/g, () => left.pop() ?? '');
      const search = new URLSearchParams(
        Object.entries(asked).map(([name, part]): [string, string] => [
          name,
          typeof part === 'string' ? part : (JSON.stringify(part) ?? ''),
        ]),
      ).toString();
      const body = method !== 'post' ? undefined : (broken ?? bodyText(type, value));
      return {
        method: method.toUpperCase(),
        path: search === '' ? url : `${url}?${search}`,
        headers: {
          ...(body === undefined
            ? {}
            : { 'content-type': mediaType, 'content-length': String(Buffer.byteLength(body)) }),
          ...(id === null ? {} : { 'x-request-id': id.replaceAll(/[^\t\x20-\x7e]/g, '~') }),
        },
        body,
        token,
      };
    });
}

function bodyText(type: string, value: unknown): string {
  if (type === 'application/json') return JSON.stringify(value) ?? '';
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return new URLSearchParams(
    members.map(([name, part]): [string, string] => [name, String(part)]),
  ).toString();
}
