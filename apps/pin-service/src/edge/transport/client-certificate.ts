import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';

/** SHA-256 over the client certificate's DER, base64url (RFC 8705, section 3.1); null when none was presented. */
export function clientCertificateThumbprint({ raw: { socket } }: FastifyRequest): string | null {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? null : createHash('sha256').update(certificate.raw).digest('base64url');
}
