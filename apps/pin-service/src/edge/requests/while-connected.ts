import type { FastifyRequest } from 'fastify';

/**
 * Does work that nobody needs once the caller has hung up: the signal is aborted then. Fastify's `request.signal` will not
 * do, which is aborted as soon as the body has been read.
 */
export async function whileConnected<T>(
  { raw: { socket } }: FastifyRequest,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const hangUp = new AbortController();
  const onClose = () => hangUp.abort();
  if (socket.destroyed) onClose();
  socket.once('close', onClose);
  try {
    return await work(hangUp.signal);
  } finally {
    socket.off('close', onClose);
  }
}
