import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { SECURITY_HEADERS } from '../transport/security-headers.js';
import { problemDocument } from './problem-document.js';

/** A URL that cannot be decoded never reaches a route; the framework's own answer would echo it. */
export function frameworkErrors(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = problemDocument(new PinwardError('REQUEST_INVALID'));
  void reply
    .status(status)
    .headers({ ...SECURITY_HEADERS, ...headers, 'X-Request-ID': randomUUID() })
    .send(body);
}

/** What is no HTTP request, or one with too long a head, is answered on the bare socket and closed. */
export function clientErrorHandler(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const { headers, body, ...problem } = problemDocument(
    new PinwardError(tooLong ? 'REQUEST_TOO_LONG' : 'REQUEST_INVALID'),
  );
  // RFC 6585, section 5: the head as a whole is 431; 414 is for a URL that arrived and is too long.
  const status = tooLong ? 431 : problem.status;
  const all = {
    ...SECURITY_HEADERS,
    ...headers,
    'X-Request-ID': randomUUID(),
    'Content-Length': String(Buffer.byteLength(body)),
  };
  const head = Object.entries({ ...all, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
}
