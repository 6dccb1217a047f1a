/** A message of PostgreSQL's frontend/backend protocol, version 3 (PostgreSQL documentation, section 54.7). */
export interface PgMessage {
  /** One character; '' for the messages that open a connection, which have no type. */
  readonly type: string;
  /** The whole message as it is on the wire. */
  readonly bytes: Buffer;
}

const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;

/** Cuts a stream into messages. `untyped`: the first one has no type byte, like a client's. */
export class PgMessageReader {
  #rest: Buffer = Buffer.alloc(0);
  #untyped: boolean;

  constructor({ untyped }: { readonly untyped: boolean }) {
    this.#untyped = untyped;
  }

  /** The next message opens a connection again: the server refused TLS. */
  expectUntyped(): void {
    this.#untyped = true;
  }

  *read(data: Buffer): Generator<PgMessage> {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const typeBytes = this.#untyped ? 0 : HEADER_BYTES - LENGTH_BYTES;
      if (this.#rest.length < typeBytes + LENGTH_BYTES) return;
      const length = typeBytes + this.#rest.readUInt32BE(typeBytes);
      if (this.#rest.length < length) return;
      const bytes = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      const type = this.#untyped ? '' : String.fromCharCode(bytes[0] ?? 0);
      this.#untyped = false;
      yield { type, bytes };
    }
  }
}

/** SSLRequest and GSSENCRequest: the client asks for encryption before it says who it is. */
export function asksForEncryption({ type, bytes }: PgMessage): boolean {
  return type === '' && bytes.length === 8 && [80877103, 80877104].includes(bytes.readUInt32BE(4));
}

/** Parse: the name of the statement ('' for the unnamed one) and its text. */
export function readParse({ bytes }: PgMessage): { readonly name: string; readonly text: string } {
  const [name = '', text = ''] = strings(bytes);
  return { name, text };
}

/** Bind: the name of the statement to run, after the portal's name. */
export function readBind({ bytes }: PgMessage): string {
  return strings(bytes)[1] ?? '';
}

/** Query: the text of a simple query. */
export function readQuery({ bytes }: PgMessage): string {
  return strings(bytes)[0] ?? '';
}

function strings(bytes: Buffer): string[] {
  return bytes.toString('utf8', HEADER_BYTES).split('\0');
}
