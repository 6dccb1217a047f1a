import type { Header, Parameter, Reference } from './contract-types.js';

/** Of answers, by the name that components give them. */
const HEADERS = {
  'X-Request-ID': {
    description: 'The id of the call: yours, or a generated one',
    required: true,
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
  },
  'X-Request-ID-Replaced': {
    description: 'Your id could be a card number or a credential, and was replaced by another one',
    schema: { type: 'string', const: 'true' },
  },
  'Idempotent-Replayed': {
    description: 'This is the answer that the same request has had before',
    schema: { type: 'string', const: 'true' },
  },
  'RateLimit-Policy': {
    description: 'The limits that were looked at, each with its quota and window in seconds',
    required: true,
    schema: { type: 'string', examples: ['"address";q=120000;w=60, "client";q=60000;w=60'] },
  },
  RateLimit: {
    description: 'What is left of them, and for how many seconds',
    required: true,
    schema: { type: 'string', examples: ['"address";r=119998;t=58, "client";r=59998;t=58'] },
  },
  'Retry-After': {
    description: 'Seconds to wait before the same request is sent again',
    required: true,
    schema: { type: 'string', pattern: '^[1-9][0-9]*$', examples: ['5'] },
  },
  'WWW-Authenticate': {
    description: 'How to show who you are (RFC 9110, section 11.6.1)',
    required: true,
    schema: {
      type: 'string',
      pattern: '^(Bearer|Basic realm="pinward", charset="UTF-8"|DPoP error="[a-z_]+", algs="[A-Za-z0-9 ]+")$',
    },
  },
  'DPoP-Nonce': {
    description: 'For the next DPoP proofs (RFC 9449, section 8); where one came, or has to come',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{30}$' },
  },
  'Content-Disposition': {
    description: 'A name for the file (RFC 6266)',
    required: true,
    schema: { type: 'string', pattern: '^attachment; filename="[A-Za-z0-9.-]+"$' },
  },
  'Accept-Encoding': {
    description: 'A body was coded, which is not supported',
    schema: { type: 'string', const: 'identity' },
  },
} as const satisfies Readonly<Record<string, Header>>;
export type HeaderName = keyof typeof HEADERS;

const OPTIONAL = 'Optional-';

/** As components have them: one that is there as a rule also as one that may be missing. */
export const HEADER_COMPONENTS: Readonly<Record<string, Header>> = Object.fromEntries(
  Object.entries<Header>(HEADERS).flatMap(([name, header]) =>
    header.required === true
      ? [[name, header] as const, [`${OPTIONAL}${name}`, { ...header, required: false }] as const]
      : [[name, header] as const],
  ),
);

/** @param sometimes headers that may be missing although they are there as a rule */
export function headersOf(
  names: readonly HeaderName[],
  sometimes: readonly HeaderName[] = [],
): Readonly<Record<string, Reference>> {
  const refer = (name: HeaderName, component: string) =>
    [name, { $ref: `#/components/headers/${component}` }] as const;
  return Object.fromEntries([
    ...names.map((name) => refer(name, name)),
    ...sometimes.map((name) => refer(name, isRequired(name) ? `${OPTIONAL}${name}` : name)),
  ]);
}

function isRequired(name: HeaderName): boolean {
  return 'required' in HEADERS[name];
}

const anId = { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' } as const;

/** Of requests. */
export const PARAMETERS = {
  RequestId: {
    name: 'X-Request-ID',
    in: 'header',
    required: false,
    description:
      'Unique for each intention. The same id with the same bytes has its effect once, and is answered as before',
    schema: anId,
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'The same as X-Request-ID, and wins over it: some proxies replace that one',
    schema: anId,
  },
} as const satisfies Readonly<Record<string, Parameter>>;

/** What the paths of the contract name. */
export const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  cardId:
    'The id that the card got when it was registered. One that cannot be an id is that of an unknown card',
  clientId: 'The id of an API client',
  approvalId: 'The id of what waits for a second person',
  brakeId: 'The id of what was stopped',
  incidentId: 'The id of an incident',
  commandId: 'The id of a chip command, from the `pendingCommands` of a card',
  importId: 'The id of an import of cards',
  endpointId: 'The id of a webhook endpoint',
  deliveryId: 'The id of a delivery, the `webhook-id` that the receiver gets',
};
