import type { ApiDocument } from '../../../apps/pin-service/src/openapi/contract-types.js';
import type { ServiceResponse } from '../../rigs/service-process.js';
import type { Canary, Form } from './forms.js';

/** A request with a canary in it. */
export interface Push {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Members of the body, by the document. */
  readonly members: readonly string[];
  readonly queries: readonly string[];
}

/**
 * Members and headers that are stored because they are the caller's own words. What a PIN block or a one-time password
 * looks like is a legitimate reference too, and so is a card number written backwards, so no check could keep it out of there.
 */
const OWN_WORDS: readonly string[] = ['cardRef', 'reason', 'clientId', 'person', 'name', 'target'];
const MAY_LOOK_SO: readonly Canary['kind'][] = ['PIN block', 'one-time password'];

const mayLookSo = ({ kind }: Canary, form: string) =>
  MAY_LOOK_SO.includes(kind) || (kind === 'PAN' && form === 'reversed');

const JSON_TYPE = { 'content-type': 'application/json' };

export function operationsOf(document: ApiDocument): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const members = [...JSON.stringify(operation.requestBody ?? {}).matchAll(/"(\w+)":\{"type":/g)];
      const queries = [
        ...JSON.stringify(operation.parameters ?? []).matchAll(/"name":"(\w+)","in":"query"/g),
      ];
      const names = (matches: RegExpMatchArray[]) => [...new Set(matches.map(([, name]) => name ?? ''))];
      return [
        {
          method: method.toUpperCase() as Operation['method'],
          path,
          members: names(members),
          queries: names(queries),
        },
      ];
    }),
  );
}

/** Everything one form of a canary is put into, for one operation. */
export function pushes(
  { method, path, members, queries }: Operation,
  canary: Canary,
  [formName, write]: Form,
): Push[] {
  const own = mayLookSo(canary, formName);
  const form = write(canary.value);
  const inUrl = encodeURIComponent(form);
  const real = path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000');
  const asked = queries.filter((name) => !own || !OWN_WORDS.includes(name));
  const paths = [
    path.replaceAll(/\{\w+\}/g, inUrl),
    `${real}/${inUrl}`,
    `${real}?${[...asked, 'unknown'].map((name) => `${name}=${inUrl}`).join('&')}`,
    `${real}?${inUrl}=1`,
  ];
  const urls = paths.map((url): Push => ({ method, path: url, headers: {} }));
  const headers: Push = { method, path: real, headers: headersWith(form, own) };
  if (method !== 'POST') return [...urls, headers];
  const written = members.filter((name) => !own || !OWN_WORDS.includes(name));
  const bodies = [
    ...written.map((name) => ({ [name]: form })),
    Object.fromEntries(written.map((name) => [name, form])),
    { [form]: 1 },
    { encryptedPin: { kid: form, alg: form, ciphertext: form } },
    [form],
  ].map((body) => JSON.stringify(body));
  const sent = [...bodies, `{"${form}`, form].map((body): Push => ({
    method,
    path: real,
    headers: JSON_TYPE,
    body,
  }));
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const asForm = [
    `grant_type=client_credentials&client_id=${inUrl}&client_secret=${inUrl}&scope=${inUrl}`,
    `${inUrl}=${inUrl}`,
  ];
  return [...urls, headers, ...sent, ...asForm.map((body) => ({ method, path: real, headers: type, body }))];
}

/** Node refuses to send most characters beyond ASCII in a header. */
function headersWith(form: string, own: boolean): Readonly<Record<string, string>> {
  const value = form.replaceAll(/[^\x20-\x7e]/gu, '?');
  const ids = own ? {} : { 'x-request-id': value, 'idempotency-key': value };
  return {
    ...ids,
    'user-agent': value,
    cookie: value,
    referer: value,
    'x-forwarded-for': value,
    accept: value,
    traceparent: value,
    'x-anything': value,
  };
}

/** All of an answer that a log or a screen could take up. */
export function wholeAnswer({ headers, body }: ServiceResponse): string {
  return `${JSON.stringify(headers)}\n${typeof body === 'string' ? body : JSON.stringify(body)}`;
}
