import { LineSource, type Lines } from './line-source.js';
import type { Operation, Proof } from './operation.js';

/** What goes over the wire, the same in every attempt. */
export interface WireRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body?: string;
  /** Instead of a body. */
  readonly lines?: LineSource;
  readonly contentType?: string;
  readonly proof: Proof;
}

type Members = Readonly<Record<string, unknown>>;

/** @throws TypeError for a member of the path that is missing or could lead to another path */
export function wireRequest(
  { route, proof, lines }: Pick<Operation<never, unknown>, 'route' | 'proof' | 'lines'>,
  input: Members,
): WireRequest {
  const [method = '', template = ''] = route.split(' ');
  const inPath = new Set<string>();
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    inPath.add(name);
    return segment(name, input[name]);
  });
  const others = Object.entries(input).filter(([name, value]) => !inPath.has(name) && value !== undefined);
  if (proof === 'secret') return { method, path, proof, body: '', contentType: FORM };
  if (lines !== undefined)
    return { method, path, proof, lines: linesOf(lines, input[lines]), contentType: LINES_TYPE };
  // What proves the client is put around it in each attempt.
  if (proof === 'key')
    return { method, path, proof, body: JSON.stringify(Object.fromEntries(others)), contentType: FORM };
  if (method !== 'POST') return { method, path: path + queryOf(others), proof };
  if (others.length === 0) return { method, path, proof };
  return { method, path, proof, body: JSON.stringify(Object.fromEntries(others)), contentType: JSON_TYPE };
}

const JSON_TYPE = 'application/json';
const LINES_TYPE = 'application/x-ndjson';
const FORM = 'application/x-www-form-urlencoded';

function linesOf(name: string, value: unknown): LineSource {
  const isIterable =
    typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value);
  if (!isIterable && typeof value !== 'function') throw new TypeError(`${name} cannot be gone through`);
  return new LineSource(value as Lines<unknown>);
}

function segment(name: string, value: unknown): string {
  if (typeof value !== 'string' || ['', '.', '..'].includes(value))
    throw new TypeError(`${name} is missing, or no id`);
  return encodeURIComponent(value);
}

function queryOf(members: readonly (readonly [string, unknown])[]): string {
  const query = new URLSearchParams(
    members.map(([name, value]) => [name, String(value)] as [string, string]),
  );
  return query.size === 0 ? '' : `?${query.toString()}`;
}
