import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';

/** SHA-256 over the client certificate's DER, base64url (RFC 8705, section 3.1); null when none was presented. */
export function clientCertificateThumbprint({ raw: { socket } }: FastifyRequest): string | null {
  // Optional certificates are taken from anybody; only one that a configured authority issued counts.
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? null : createHash('sha256').update(certificate.raw).digest('base64url');
}
