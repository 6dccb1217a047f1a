import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import '../edge/requests/fastify-request.js';
import type { Log } from './log.js';
import type { LogFields } from './log-record.js';

const CARD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PROBES = /^\/(health|metrics)/;

/** One line for each request, written when its answer has been sent. Probes are told at level debug. */
export function registerAccessLog(fastify: FastifyInstance, log: Log): void {
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
