import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { holdsSecret } from '#libs/pan-mask';
import './fastify-request.js';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,128}$/;
/** Longer than any path and query of the contract. */
const MAX_URL_LENGTH = 2_048;
const NO_BODY = Buffer.alloc(0);

/**
 * Gives every request its id and every response the header X-Request-ID. Idempotency-Key wins over X-Request-ID,
 * because proxies such as Envoy replace the latter at the edge.
 */
export function registerRequestIds(fastify: FastifyInstance): void {
  fastify.decorateRequest('requestId', '');
  fastify.decorateRequest('secretRequestId', null);
  fastify.decorateRequest('requestIdGiven', false);
  fastify.decorateRequest('recorded', false);
  fastify.addHook('onRequest', async (request, reply) => {
    const given = givenId(request);
    const valid = given !== undefined && VISIBLE_ASCII.test(given);
    // It would be logged and stored as it is. The request is not lost for it: its hash stands in (RequestContexts).
    request.secretRequestId = valid && holdsSecret(given) ? given : null;
    request.requestId = valid && request.secretRequestId === null ? given : randomUUID();
    request.requestIdGiven = valid;
    request.rawBody = NO_BODY;
    // Not awaited: a Fastify reply is a thenable that resolves only when it has been sent.
    void reply.header('X-Request-ID', request.requestId);
    if (request.secretRequestId !== null) void reply.header('X-Request-ID-Replaced', 'true');
    if (given !== undefined && !valid) throw invalidId();
    if (request.url.length > MAX_URL_LENGTH) throw new PinwardError('REQUEST_TOO_LONG');
  });
  fastify.addHook('onSend', async (request, reply) => {
    void reply.header('X-Request-ID', request.requestId);
  });
}

function givenId(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'] ?? request.headers['x-request-id'];
  return Array.isArray(header) ? header.join(', ') : header;
}

function invalidId(): PinwardError {
  const detail = 'X-Request-ID and Idempotency-Key take 1 to 128 visible ASCII characters';
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '', detail }] });
}
