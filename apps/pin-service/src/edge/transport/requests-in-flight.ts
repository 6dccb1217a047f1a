import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Draining } from '../../draining.js';

/**
 * Counts a request until its answer exists, not until its connection ends: a caller that hangs up does not undo the try
 * that was spent for it, so the work is finished all the same.
 */
export function registerRequestsInFlight(fastify: FastifyInstance, draining: Draining): void {
  const unanswered = new WeakSet<FastifyRequest>();
  fastify.addHook('onRequest', async (request) => {
    unanswered.add(request);
    draining.requestBegan();
  });
  fastify.addHook('onSend', async (request, reply) => {
    if (unanswered.delete(request)) draining.requestEnded();
    if (draining.begun) void reply.header('Connection', 'close');
  });
}
