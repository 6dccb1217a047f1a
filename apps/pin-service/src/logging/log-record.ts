import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HsmFault } from '#libs/hsm';
import { maskPanLike } from '#libs/pan-mask';
import '../edge/requests/fastify-request.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Every member that a log line may have. Lines are built from this list, and everything else is left out. So a new
 * field has to be considered once, here (docs/logging.md).
 */
export interface LogFields {
  /** What happened, in our own words. */
  readonly message?: string;
  /** The part of the service that writes it. */
  readonly context?: string;
  /** Of this service. */
  readonly version?: string;
  readonly requestId?: string;
  readonly client?: string;
  readonly tenant?: string;
  /** Address that the call came from. */
  readonly source?: string;
  readonly method?: string;
  /** The route's pattern, never the requested path. */
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
  /** The underlying cause: SQLSTATE, errno, `CKR 0x30` or similar. */
  readonly cause?: string;
  /** How often it came. */
  readonly count?: number;
  /** Places in the code, without the error's message. */
  readonly frames?: readonly string[];
}

/** Numbers, ids that were checked on input, and words of closed sets: they contain nothing to mask. */
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

/** The line's members: only named ones, with everything masked that could be a PAN. */
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
/** The form in which our own HSM faults name a return value of the module. */
const CKR = /\bCKR 0x[0-9a-f]{1,16}\b/;

/** The loggable parts of an error: its class, a code, and its place. Its message may quote input. */
export function errorFields(error: unknown): Pick<LogFields, 'error' | 'cause' | 'frames'> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = causeOf(error);
  return {
    error: error.name,
    ...(code === undefined ? {} : { cause: code }),
    frames: framesOf(error.cause instanceof Error ? error.cause : error),
  };
}

/** The underlying cause first: our own codes say what a caller gets, not what went wrong. */
function causeOf(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > MOST_CAUSES) return undefined;
  return causeOf(error.cause, depth + 1) ?? ownWords(error) ?? codeOf(error) ?? CKR.exec(error.message)?.[0];
}

/** Messages of HSM faults are our own words, with the module's number; they contain no input. */
function ownWords(error: Error): string | undefined {
  return error instanceof HsmFault ? `${error.name}: ${error.message}`.slice(0, MOST_OWN_WORDS) : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

/** The lines after the message, which may itself have several. */
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

/** One line for each request, written when its answer has been sent. Probes are logged at level debug. */
export function registerAccessLog(
  fastify: FastifyInstance,
  log: { write(level: LogLevel, fields: LogFields): void },
): void {
  fastify.decorateRequest('problemCode', '');
  fastify.decorateRequest('problemLimit', null);
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
    // A path without a route may hold anything.
    route: routeOptions.url ?? 'none',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    ...(problemCode === '' ? {} : { code: problemCode }),
    ...(client === null ? {} : { client: client.clientId, tenant: client.tenantId }),
    ...(sourceAddress === '' ? {} : { source: sourceAddress }),
    ...(cardId !== undefined && CARD_ID.test(cardId) ? { card: cardId } : {}),
  };
}
