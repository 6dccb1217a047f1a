import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import type { Settings } from '../../config/schema.js';

/**
 * RFC 8259 knows no charset; a caller that names another one than UTF-8, however it is spelled, sends something else.
 */
const UTF_8 = /^"?utf-?8"?$/i;
const CHARSET = /;\s*charset\s*=\s*("[^"]*"|[^;\s]*)/gi;

/**
 * Refuses heads that two parsers, such as a proxy in front and this server, could read differently: no Host or several
 * (RFC 9112, section 3.2), a body where none has a meaning (RFC 9110, section 9.3.1), another charset, a coding of the
 * content. Node's own answer to a missing Host would have neither body nor headers.
 */
export function registerHttpSyntax(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (hostsOf(request) !== 1 && request.raw.httpVersion !== '1.0') throw ambiguous(reply);
    if ((request.method === 'GET' || request.method === 'HEAD') && hasBody(request)) throw ambiguous(reply);
    if (!isUtf8(request.headers['content-type'])) throw new PinwardError('MEDIA_TYPE_UNSUPPORTED');
    if (isCoded(request.headers['content-encoding'])) {
      void reply.header('Accept-Encoding', 'identity');
      throw new PinwardError('MEDIA_TYPE_UNSUPPORTED');
    }
    // Node passes the bytes after an Upgrade to the code of the new protocol. There is none here, so they would get no
    // answer.
    if (request.headers.upgrade !== undefined) void reply.header('Connection', 'close');
  });
}

function hostsOf({ raw: { rawHeaders } }: FastifyRequest): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isUtf8(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  return [...contentType.matchAll(CHARSET)].every(([, charset]) => UTF_8.test(charset ?? ''));
}

/** RFC 9110, section 15.5.16; "identity" is none. */
function isCoded(contentEncoding: string | undefined): boolean {
  return contentEncoding !== undefined && contentEncoding.trim().toLowerCase() !== 'identity';
}

/** Later requests on such a connection cannot be trusted either. */
function ambiguous(reply: FastifyReply): PinwardError {
  void reply.header('Connection', 'close');
  return new PinwardError('REQUEST_INVALID');
}

/** On every answer, also on those written to the bare socket. A route's own header takes precedence. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
};

/** As SECURITY_HEADERS; a rehearsal says in every answer that it is one, lest somebody takes it for production. */
export function headsOfAnswers({ PINWARD_ENV }: Pick<Settings, 'PINWARD_ENV'>): typeof SECURITY_HEADERS {
  return PINWARD_ENV === 'rehearsal'
    ? { ...SECURITY_HEADERS, 'Pinward-Environment': 'rehearsal' }
    : SECURITY_HEADERS;
}

export function registerSecurityHeaders(fastify: FastifyInstance, heads: typeof SECURITY_HEADERS): void {
  fastify.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(heads)) {
      if (!reply.hasHeader(name)) void reply.header(name, value);
    }
  });
}

/** For callers without a token: an idle connection soon makes room. */
export const STRANGERS_KEEP_ALIVE_MS = 5_000;
/** Longer than most load balancers' own, so that the server never hangs up in between. */
const KNOWN_KEEP_ALIVE_MS = 65_000;

/**
 * How long a connection may wait for its next request: a while once a token was accepted on it, moments before that.
 * Connections are few (MAX_CONNECTIONS). A caller without a token must not hold one for the price of a request a
 * minute.
 */
export function registerKeepAlive(fastify: FastifyInstance, knownMs = KNOWN_KEEP_ALIVE_MS): void {
  const known = new WeakSet<Socket>();
  fastify.addHook('onSend', async ({ caller, raw: { socket } }, reply) => {
    if (caller !== undefined) known.add(socket);
    if (!known.has(socket) || !reply.raw.shouldKeepAlive) return;
    // Instead of Node's own header, which has the time without a token.
    void reply.header('Keep-Alive', `timeout=${Math.floor(knownMs / 1_000)}`);
    reply.raw.once('finish', () => socket.setTimeout(knownMs));
  });
}
