import type { Duplex } from 'node:stream';

/**
 * Connections whose request is read as fast as it is worked on. The server's time limit for a whole request is not for
 * them: who reads such an upload limits the time that its sender lets pass.
 */
const underWay = new WeakSet<Duplex>();

export function beginLongUpload(socket: Duplex): Disposable {
  underWay.add(socket);
  return { [Symbol.dispose]: () => void underWay.delete(socket) };
}

export function isLongUpload(socket: Duplex): boolean {
  return underWay.has(socket);
}
