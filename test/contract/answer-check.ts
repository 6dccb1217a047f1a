import { appendFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Header, Response, Schema } from '../../apps/pin-service/src/openapi/contract-types.js';
import {
  closed,
  contractDocuments,
  operationsOf,
  resolved,
  responseOf,
  type FoundOperation,
} from './contract-files.js';

export interface ReceivedAnswer {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What docs/http-api.md says of every answer. */
const OF_EVERY_ANSWER: readonly string[] = [
  'cache-control',
  'content-security-policy',
  'content-type',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
];
/** Of a sandbox (docs/sandbox.md). */
const SANDBOX_MARK = 'x-pinward-sandbox';
const OF_HTTP: readonly string[] = [
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
];

/** What is answered where no operation was met. */
const UNROUTED: ReadonlySet<string | undefined> = new Set([
  'ROUTE_NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'REQUEST_INVALID',
  'REQUEST_TOO_LONG',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
]);

/** Pages for people are no part of the contract. */
const PAGES = /^\/(?:docs|problems|console)(?:\/|$)/;

type Operation = FoundOperation & {
  readonly pattern: RegExp;
  readonly responses: Map<number, Response | undefined>;
};

/** Whether each answer is one of the contract (docs/openapi): status, headers, body and, of a problem, its code. */
export class AnswerCheck {
  static #shared: AnswerCheck | undefined;

  /** One a process: schemas take time to compile, so each is compiled once, when it is first needed. */
  static get shared(): AnswerCheck {
    return (this.#shared ??= new AnswerCheck());
  }

  readonly #ajv = addFormats.default(
    // base64 is told by a pattern as well.
    new Ajv2020({
      strict: false,
      allErrors: true,
      formats: { base64: true },
      // The documents are judged by test/docs/openapi-files.spec.ts.
      meta: false,
      validateSchema: false,
    }),
  );
  readonly #compiled = new Map<unknown, ValidateFunction>();
  readonly #byText = new Map<string, ValidateFunction>();
  readonly #operations: readonly Operation[];
  /** The general one, and those that say more. */
  readonly #problems: readonly Schema[];
  readonly #seen = new Set<string>();

  /** @param seenFolder where each process writes down which operations it has met, for the end of the run */
  constructor(private readonly seenFolder: string | null = process.env['PINWARD_CONTRACT_SEEN'] ?? null) {
    const documents = contractDocuments();
    this.#operations = operationsOf(documents).map((found) => ({
      ...found,
      pattern: new RegExp(`^${found.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      responses: new Map(),
    }));
    this.#problems = documents.flatMap((document) =>
      Object.keys(document.components['schemas'] ?? {})
        .filter((name) => name.endsWith('Problem'))
        .map((name) => resolved(document, { $ref: `#/components/schemas/${name}` }) as Schema),
    );
  }

  /** @throws Error naming what the contract does not have; no value of the answer is in it */
  expectPromised(answer: ReceivedAnswer): void {
    const faults = this.faultsOf(answer);
    if (faults.length === 0) return;
    const { method, path, status } = answer;
    throw new Error(
      `${method} ${pathOf(path)} answered ${status}, against the contract: ${faults.join('; ')}`,
    );
  }

  faultsOf(answer: ReceivedAnswer): readonly string[] {
    const path = pathOf(answer.path);
    if (PAGES.test(path)) return [];
    // HEAD is answered wherever GET is.
    const method = answer.method === 'HEAD' ? 'get' : answer.method.toLowerCase();
    const found = this.#operations.find((one) => one.method === method && one.pattern.test(path));
    // Without a body, only the status can tell.
    if (method === 'get' && answer.method === 'HEAD' && answer.status === 404) return [];
    // On another listener than its own an operation is no route either.
    if (found === undefined || codeOf(answer.body) === 'ROUTE_NOT_FOUND') return this.unroutedFaults(answer);
    if (answer.headers[SANDBOX_MARK] === 'forced' && answer.status >= 400) return this.problemFaults(answer);
    const { status } = answer;
    if (!found.responses.has(status)) found.responses.set(status, responseOf(found, status));
    const response = found.responses.get(status);
    if (response === undefined) return [`${status} is not among the answers`];
    this.note(found.name, answer);
    return [...this.headerFaults(response, answer), ...this.bodyFaults(response, answer)];
  }

  private unroutedFaults({ status, body, method }: ReceivedAnswer): readonly string[] {
    if (method === 'HEAD') return status < 400 ? [`${status} for a path that is not there`] : [];
    const faults = this.problemFaults({ body });
    const code = codeOf(body);
    return UNROUTED.has(code) ? faults : [...faults, `${String(code)} where no operation is`];
  }

  /** Any problem: the one with the fewest codes that has this one. */
  private problemFaults({ body }: Pick<ReceivedAnswer, 'body'>): readonly string[] {
    const code = codeOf(body);
    const [own] = this.#problems
      .map((schema) => ({ schema, codes: codesIn(schema) }))
      .filter(({ codes }) => codes.includes(code))
      .toSorted((one, other) => one.codes.length - other.codes.length);
    return own === undefined
      ? [`no problem has the code ${String(code)}`]
      : this.schemaFaults(own.schema, body);
  }

  private headerFaults({ headers = {} }: Response, answer: ReceivedAnswer): readonly string[] {
    const declared = Object.entries(headers as Readonly<Record<string, Header>>);
    const missing = [
      ...OF_EVERY_ANSWER,
      ...declared.filter(([, { required }]) => required === true).map(([name]) => name.toLowerCase()),
    ].filter((name) => answer.headers[name] === undefined);
    const known = new Set([
      SANDBOX_MARK,
      ...OF_EVERY_ANSWER,
      ...OF_HTTP,
      ...declared.map(([name]) => name.toLowerCase()),
    ]);
    const unknown = Object.keys(answer.headers).filter((name) => !known.has(name));
    const wrong = declared.filter(([name, { schema }]) => {
      const value = answer.headers[name.toLowerCase()];
      return value !== undefined && !this.compiled(schema)(value);
    });
    return [
      ...missing.map((name) => `the header ${name} is missing`),
      ...unknown.map((name) => `the header ${name} is not described`),
      ...wrong.map(([name]) => `the header ${name} has another form`),
    ];
  }

  private bodyFaults(
    { content = {} }: Response,
    { method, headers, body }: ReceivedAnswer,
  ): readonly string[] {
    if (method === 'HEAD') return [];
    const type = String(headers['content-type']).split(';', 1)[0] ?? '';
    const schema = content[type]?.schema;
    return schema === undefined ? [`the body is ${type}`] : this.schemaFaults(schema, body);
  }

  private schemaFaults(schema: Schema, body: unknown): readonly string[] {
    const validate = this.compiled(schema);
    if (validate(body)) return [];
    const told = (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath} ${message} ${'additionalProperty' in params ? String(params['additionalProperty']) : ''}`,
    );
    const code = codeOf(body);
    return [...new Set([...(code === undefined ? [] : [`code ${code}`]), ...told])];
  }

  /** Many operations have answers and headers alike, which are compiled once. */
  private compiled(schema: Schema): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const text = JSON.stringify(schema);
    const validate = this.#byText.get(text) ?? this.#ajv.compile(closed(schema) as Schema);
    this.#byText.set(text, validate);
    this.#compiled.set(schema, validate);
    return validate;
  }

  private note(name: string, { status, body }: ReceivedAnswer): void {
    const code = status >= 400 ? codeOf(body) : undefined;
    const line = [name, status, ...(code === undefined ? [] : [code])].join(' ');
    if (this.seenFolder === null || this.#seen.has(line)) return;
    this.#seen.add(line);
    appendFileSync(join(this.seenFolder, `${process.pid}.txt`), `${line}\n`);
  }
}

function pathOf(path: string): string {
  const plain = path.split('?', 1)[0] ?? '';
  return decoded(plain);
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function codesIn(schema: Schema): readonly unknown[] {
  const { code } = schema['properties'] as { readonly code: { readonly enum: readonly unknown[] } };
  return code.enum;
}

function codeOf(body: unknown): string | undefined {
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
