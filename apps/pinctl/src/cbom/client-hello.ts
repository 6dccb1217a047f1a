import { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** What OpenSSL offers in a handshake: registered numbers, in its order of preference. */
export interface ClientHello {
  readonly cipherSuites: readonly number[];
  readonly groups: readonly number[];
}

/** Record header, handshake header, version, random (RFC 8446, sections 5.1 and 4.1.2). */
const BEFORE_SESSION_ID = 5 + 4 + 2 + 32;
const SUPPORTED_GROUPS = 10;

/**
 * Asked of OpenSSL itself, since Node.js does not tell its groups: a connection is begun that leads nowhere, and its
 * first message is read. Server and client have the same groups.
 */
export async function ownClientHello(): Promise<ClientHello> {
  const first = await new Promise<Buffer>((resolve, reject) => {
    const nowhere = new Duplex({ read: () => undefined, write: (chunk: Buffer) => resolve(chunk) });
    connect({ socket: nowhere, minVersion: 'TLSv1.2' }).once('error', reject);
  });
  return readHello(first);
}

function readHello(message: Buffer): ClientHello {
  const { rest: afterSession } = vector(message.subarray(BEFORE_SESSION_ID), 1);
  const suites = vector(afterSession, 2);
  const compression = vector(suites.rest, 1);
  const extensions = vector(compression.rest, 2).content;
  return { cipherSuites: numbers(suites.content), groups: groupsIn(extensions) };
}

function groupsIn(extensions: Buffer): readonly number[] {
  if (extensions.length === 0) return [];
  const { content, rest } = vector(extensions.subarray(2), 2);
  return extensions.readUInt16BE() === SUPPORTED_GROUPS
    ? numbers(vector(content, 2).content)
    : groupsIn(rest);
}

/** A length of so many bytes, and what it counts (RFC 8446, section 3.4). */
function vector(bytes: Buffer, lengthBytes: number): { readonly content: Buffer; readonly rest: Buffer } {
  const end = lengthBytes + bytes.readUIntBE(0, lengthBytes);
  return { content: bytes.subarray(lengthBytes, end), rest: bytes.subarray(end) };
}

function numbers(bytes: Buffer): readonly number[] {
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2));
}
