import type { Server } from 'node:http';
import type { Settings } from '../../config/schema.js';
import { STRANGERS_KEEP_ALIVE_MS } from './http-heads.js';

export type ServerLimits = Pick<
  Settings,
  'REQUEST_TIMEOUT_MS' | 'MAX_CONNECTIONS' | 'MAX_CONNECTIONS_PER_ADDRESS' | 'TRUSTED_PROXIES'
>;

/** The head of a request: more than any token needs, and small enough to be read at once. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** A connection that sends its request slowly is closed, so that none is held open for nothing (slow-loris). */
const HEADERS_TIMEOUT_MS = 10_000;

export const SERVER_OPTIONS = {
  maxHeaderSize: MAX_HEAD_BYTES,
  connectionsCheckingInterval: 1_000,
  handshakeTimeout: HEADERS_TIMEOUT_MS,
  // Still refused, but with a problem as the answer (http-heads.ts).
  requireHostHeader: false,
};

export function limitServer(server: Server, { REQUEST_TIMEOUT_MS, MAX_CONNECTIONS }: ServerLimits): void {
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, REQUEST_TIMEOUT_MS);
  server.keepAliveTimeout = STRANGERS_KEEP_ALIVE_MS;
  server.maxConnections = MAX_CONNECTIONS;
}
