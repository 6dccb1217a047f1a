import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { canonicalAddress } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import { holdsSecret } from '#libs/pan-mask';
import './fastify-request.js';

const IPV6_NETWORK_BITS = 64;

/**
 * Notes the source address of a request, in one spelling. X-Forwarded-For is accepted as far as TRUSTED_PROXIES reach
 * (Fastify's trustProxy). If a proxy passed on a text that is no address, the proxy's own address is used.
 */
export function registerSourceAddresses(fastify: FastifyInstance): void {
  fastify.decorateRequest('sourceAddress', '');
  fastify.addHook('onRequest', async (request: FastifyRequest) => {
    const { remoteAddress = '' } = request.socket;
    // A peer that has hung up has no address any more, and is in no range.
    request.sourceAddress = canonicalAddress(request.ip) ?? canonicalAddress(remoteAddress) ?? '';
  });
}

/** The key of an address limit: one IPv4 address, or the /64 in which a single IPv6 host can choose its addresses. */
export function addressKey(sourceAddress: string): string {
  if (!sourceAddress.includes(':')) return sourceAddress;
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${sourceAddress}/${IPV6_NETWORK_BITS}`);
  return `${network.toString()}/${IPV6_NETWORK_BITS}`;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,128}$/;
/** Longer than any path and query of the contract. */
const MAX_URL_LENGTH = 2_048;
const NO_BODY = Buffer.alloc(0);

/**
 * Gives every request its id and every response the header X-Request-ID. Idempotency-Key takes precedence, because
 * proxies such as Envoy replace X-Request-ID at the edge.
 */
export function registerRequestIds(fastify: FastifyInstance): void {
  fastify.decorateRequest('requestId', '');
  fastify.decorateRequest('secretRequestId', null);
  fastify.decorateRequest('requestIdGiven', false);
  fastify.decorateRequest('recorded', false);
  fastify.addHook('onRequest', async (request, reply) => {
    const given = givenId(request);
    const valid = given !== undefined && VISIBLE_ASCII.test(given);
    // It would be logged and stored as it is. The request goes on under its hash instead (RequestContexts).
    request.secretRequestId = valid && holdsSecret(given) ? given : null;
    request.requestId = valid && request.secretRequestId === null ? given : randomUUID();
    request.requestIdGiven = valid;
    request.rawBody = NO_BODY;
    // Not awaited: a Fastify reply is a thenable that resolves only when it has been sent.
    void reply.header('X-Request-ID', request.requestId);
    if (request.secretRequestId !== null) void reply.header('X-Request-ID-Replaced', 'true');
    if (given !== undefined && !valid) throw invalidId(request);
    if (request.url.length > MAX_URL_LENGTH) throw new PinwardError('REQUEST_TOO_LONG');
  });
  fastify.addHook('onSend', async (request, reply) => {
    void reply.header('X-Request-ID', request.requestId);
  });
}

/** Idempotency-Key wins. */
function headerOf({ headers }: FastifyRequest): 'X-Request-ID' | 'Idempotency-Key' {
  return headers['idempotency-key'] === undefined ? 'X-Request-ID' : 'Idempotency-Key';
}

function givenId(request: FastifyRequest): string | undefined {
  const header = request.headers[headerOf(request) === 'X-Request-ID' ? 'x-request-id' : 'idempotency-key'];
  return Array.isArray(header) ? header.join(', ') : header;
}

function invalidId(request: FastifyRequest): PinwardError {
  const detail = 'must be 1 to 128 visible ASCII characters';
  return new PinwardError('REQUEST_INVALID', {
    errors: [{ pointer: `/${headerOf(request)}`, in: 'header', detail }],
  });
}
