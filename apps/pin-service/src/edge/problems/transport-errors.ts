import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { canonicalAddress } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import { isLongUpload } from '../transport/long-uploads.js';
import type { SECURITY_HEADERS } from '../transport/http-heads.js';
import { problemDocument } from './problem-document.js';
import type { Log } from '../../logging/log.js';

/** A refused connection may stay open for so long, so that its caller can read the reason. */
const LINGER_MS = 1_000;

/** The answer that Node's HTTP server is writing on a connection; not among its types. */
interface HttpSocket extends Socket {
  readonly _httpMessage?: { readonly headersSent: boolean } | null;
}

/** A URL that cannot be decoded never reaches a route; the framework's own answer would echo it. */
export function frameworkErrors({ heads, tell }: Unrouted) {
  return (_error: Error, { ip }: FastifyRequest, reply: FastifyReply): void => {
    const error = new PinwardError('REQUEST_INVALID');
    const { status, headers, body } = problemDocument(error);
    const requestId = randomUUID();
    void reply
      .status(status)
      .headers({ ...heads, ...headers, 'X-Request-ID': requestId })
      .send(body);
    tell({ requestId, status, code: error.code, sourceAddress: canonicalAddress(ip ?? '') });
  };
}

/**
 * A request that is no HTTP, has too long a head or never arrives in full is answered on the bare socket, which is then
 * closed.
 */
export function clientErrorHandler(unrouted: Unrouted) {
  return (error: Error & { readonly code?: string }, socket: HttpSocket): void => {
    const parsing = error.code?.startsWith('HPE_') === true;
    const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (late && isLongUpload(socket)) return;
    // After a failed handshake no answer can be sent. An answer that has begun must not get another one inside it.
    if (!(parsing || late) || !socket.writable || socket._httpMessage?.headersSent === true) {
      socket.destroy();
      return;
    }
    // RFC 6585, section 5: 431 is for the head as a whole; 414 is for a URL that arrived and is too long.
    if (error.code === 'HPE_HEADER_OVERFLOW')
      return refuse({ socket, ...unrouted }, new PinwardError('REQUEST_TOO_LONG'), 431);
    // RFC 9110, section 15.5.9.
    if (late) return refuse({ socket, ...unrouted }, new PinwardError('REQUEST_INVALID'), 408);
    refuse({ socket, ...unrouted }, new PinwardError('REQUEST_INVALID'));
  };
}

/** CONNECT asks for a tunnel: there is none, whatever its target. */
export function refuseTunnel(unrouted: Unrouted) {
  return (_request: IncomingMessage, socket: Duplex): void =>
    refuse({ socket, ...unrouted }, new PinwardError('REQUEST_INVALID'));
}

function refuse(
  { socket, heads, tell }: Unrouted & { readonly socket: Duplex },
  error: PinwardError,
  otherStatus?: number,
): void {
  const { headers, body, ...problem } = problemDocument(error);
  const status = otherStatus ?? problem.status;
  const requestId = randomUUID();
  const remoteAddress = 'remoteAddress' in socket ? socket.remoteAddress : undefined;
  const sourceAddress = canonicalAddress(typeof remoteAddress === 'string' ? remoteAddress : '');
  tell({ requestId, status, code: error.code, sourceAddress });
  const all = {
    ...heads,
    ...headers,
    'X-Request-ID': requestId,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(linger));
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
}

/** A call that was answered before a route or hook saw it. */
interface UnroutedCall {
  /** Of the answer; generated. */
  readonly requestId: string;
  readonly status: number;
  /** Problem code of the answer. */
  readonly code: string;
  /** Null for a peer that has gone. */
  readonly sourceAddress: string | null;
}

type TellUnrouted = (call: UnroutedCall) => void;

/** How such a call is answered, and who is told. */
export interface Unrouted {
  readonly heads: typeof SECURITY_HEADERS;
  readonly tell: TellUnrouted;
}

/** Every call gets a log line, even if it is no proper HTTP or its path cannot be read. */
export class UnroutedCalls implements Unrouted {
  #count: TellUnrouted = () => undefined;

  constructor(
    private readonly log: Log,
    readonly heads: typeof SECURITY_HEADERS,
  ) {}

  /** Counts them for the audit trail, which is opened after the router is made and before the service listens. */
  countedBy(count: TellUnrouted): void {
    this.#count = count;
  }

  readonly tell: TellUnrouted = (call) => {
    const { requestId, status, code, sourceAddress: source } = call;
    // Neither method nor path: they were not parsed.
    const from = source === null ? {} : { source };
    this.log.write('info', { requestId, route: 'none', status, code, ...from });
    this.#count(call);
  };
}
