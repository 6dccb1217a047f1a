import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** For strangers: a connection that asks nothing more soon makes room. */
export const STRANGERS_KEEP_ALIVE_MS = 5_000;
/** Longer than most load balancers' own, so that it is never the server that hangs up in between. */
export const KNOWN_KEEP_ALIVE_MS = 65_000;

/**
 * How long a connection may wait for its next request: a while once a token was accepted on it, moments before that.
 * Connections are few (MAX_CONNECTIONS), and whoever shows no token must not hold them for the price of a request a minute.
 */
export function registerKeepAlive(fastify: FastifyInstance, knownMs = KNOWN_KEEP_ALIVE_MS): void {
  const known = new WeakSet<Socket>();
  fastify.addHook('onSend', async ({ caller, raw: { socket } }, reply) => {
    if (caller !== undefined) known.add(socket);
    if (!known.has(socket) || !reply.raw.shouldKeepAlive) return;
    // In the place of Node's own, which names the strangers' time.
    void reply.header('Keep-Alive', `timeout=${Math.floor(knownMs / 1_000)}`);
    reply.raw.once('finish', () => socket.setTimeout(knownMs));
  });
}
