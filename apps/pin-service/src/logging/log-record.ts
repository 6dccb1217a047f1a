import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HsmFault } from '#libs/hsm';
import { maskPanLike } from '#libs/pan-mask';
import '../edge/requests/fastify-request.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Every member a log line may have. Lines are built from this list: what it does not name is left out, whatever it
 * holds, so that a new field has to be thought about once, here (docs/logging.md).
 */
export interface LogFields {
  /** What happened, in words of ours. */
  readonly message?: string;
  /** Part of the service that says it. */
  readonly context?: string;
  /** Of this service. */
  readonly version?: string;
  readonly requestId?: string;
  readonly client?: string;
  readonly tenant?: string;
  /** Address that the call came from. */
  readonly source?: string;
  readonly method?: string;
  /** The route's pattern, never the path that was asked for. */
  readonly route?: string;
  readonly status?: number;
  /** Problem code of the answer. */
  readonly code?: string;
  readonly durationMs?: number;
  /** The card's opaque id. */
  readonly card?: string;
  /** Id of a webhook endpoint. */
  readonly endpoint?: string;
  /** Name of an error's class. */
  readonly error?: string;
  /** What is behind it: SQLSTATE, errno, `CKR 0x30` or the like. */
  readonly cause?: string;
  /** How often it came. */
  readonly count?: number;
  /** Where in the code, without the error's words. */
  readonly frames?: readonly string[];
}

/** Numbers, ids that were checked when they came in, and words of closed sets: there is nothing in them to mask. */
const PLAIN: ReadonlySet<keyof LogFields> = new Set([
  ...([
    'status',
    'durationMs',
    'card',
    'endpoint',
    'requestId',
    'method',
    'route',
    'code',
    'frames',
    'count',
    'source',
    'version',
  ] as const),
]);

const NAMES = [
  ...(['message', 'context', 'version', 'requestId', 'client', 'tenant', 'source'] as const),
  ...(['method', 'route', 'status', 'code'] as const),
  ...(['durationMs', 'card', 'endpoint', 'error', 'cause', 'count', 'frames'] as const),
] satisfies readonly (keyof LogFields)[];

/** The line's members: named ones alone, and nothing in them that could be a PAN. */
export function logRecord(fields: LogFields): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = fields[name];
    if (value === undefined) continue;
    record[name] = typeof value === 'string' && !PLAIN.has(name) ? maskPanLike(value) : value;
  }
  return record;
}

const CODE = /^[A-Z0-9_]{2,40}$/;
const MOST_FRAMES = 20;
const MOST_CAUSES = 5;
const MOST_OWN_WORDS = 200;
/** As our own HSM faults name a return value of the module. */
const CKR = /\bCKR 0x[0-9a-f]{1,16}\b/;

/** What may be told of an error: its class, a code, and where it came from. Its message may quote what somebody sent. */
export function errorFields(error: unknown): Pick<LogFields, 'error' | 'cause' | 'frames'> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = causeOf(error);
  return {
    error: error.name,
    ...(code === undefined ? {} : { cause: code }),
    frames: framesOf(error.cause instanceof Error ? error.cause : error),
  };
}

/** Of whatever is behind it first: our own codes say what a caller is told, and not what went wrong. */
function causeOf(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > MOST_CAUSES) return undefined;
  return causeOf(error.cause, depth + 1) ?? ownWords(error) ?? codeOf(error) ?? CKR.exec(error.message)?.[0];
}

/** Faults of the HSM are in words of ours, with the number that the module gave; nothing in them was sent by anybody. */
function ownWords(error: Error): string | undefined {
  return error instanceof HsmFault ? `${error.name}: ${error.message}`.slice(0, MOST_OWN_WORDS) : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

/** The lines behind the message, which may itself have several. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const behind = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : stack;
  return behind
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at [^"'`]*:\d+:\d+\)?$/.test(line))
    .slice(0, MOST_FRAMES);
}

const CARD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PROBES = /^\/(health|metrics)/;

/** One line for each request, written when its answer has been sent. Probes are told at level debug. */
export function registerAccessLog(
  fastify: FastifyInstance,
  log: { write(level: LogLevel, fields: LogFields): void },
): void {
  fastify.decorateRequest('problemCode', '');
  fastify.decorateRequest('tokenClient', null);
  fastify.addHook('onResponse', async (request, reply) => {
    const fields = fieldsOf(request, reply);
    log.write(PROBES.test(fields.route ?? '') ? 'debug' : levelOf(reply), fields);
  });
}

function levelOf({ statusCode }: FastifyReply): 'info' | 'error' {
  return statusCode === 500 ? 'error' : 'info';
}

function fieldsOf(request: FastifyRequest, reply: FastifyReply): LogFields {
  const { requestId, method, problemCode, routeOptions, sourceAddress } = request;
  const client = request.caller ?? request.tokenClient;
  const { cardId } = (request.params ?? {}) as { readonly cardId?: string };
  return {
    requestId,
    method,
    // A path nobody serves may hold anything.
    route: routeOptions.url ?? 'none',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    ...(problemCode === '' ? {} : { code: problemCode }),
    ...(client === null ? {} : { client: client.clientId, tenant: client.tenantId }),
    ...(sourceAddress === '' ? {} : { source: sourceAddress }),
    ...(cardId !== undefined && CARD_ID.test(cardId) ? { card: cardId } : {}),
  };
}
