import { connect as connectPlain, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { text as readToEnd } from 'node:stream/consumers';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { AnswerCheck } from '../contract/answer-check.js';

export interface RawAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection to a listener, by its URL. */
export function connectTo(
  url: string,
  tls: ConnectionOptions & Pick<TcpSocketConnectOpts, 'localAddress'> = {},
): Socket {
  const { protocol, hostname: host, port } = new URL(url);
  const where = { host, port: Number(port) };
  return protocol === 'http:' ? connectPlain(where) : connectTls({ ...where, ...tls });
}

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/;

/** Writes these bytes and reads until the server closes; several answers may have come. A single one must be of the contract. */
export async function rawExchange(
  url: string,
  bytes: string | Uint8Array,
  tls?: ConnectionOptions,
): Promise<readonly RawAnswer[]> {
  const socket = connectTo(url, tls);
  socket.write(bytes);
  const answers = parseAnswers(await readToEnd(socket));
  const [answer] = answers;
  const [, method, path] = REQUEST_LINE.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  if (answers.length === 1 && answer !== undefined && method !== undefined && path !== undefined)
    AnswerCheck.shared.expectPromised({ ...answer, method, path, body: parsedBody(answer) });
  return answers;
}

function parsedBody({ headers, body }: RawAnswer): unknown {
  const isJson = /^application\/(.+\+)?json/.test(headers['content-type'] ?? '');
  return isJson && body !== '' ? (JSON.parse(body) as unknown) : body;
}

/** Answers of known length, one after the other. Those to HEAD have no body and must come last. */
export function parseAnswers(text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = Buffer.from(text); rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`no end of the head: ${rest.toString()}`);
    const [statusLine = '', ...lines] = rest.subarray(0, end).toString().split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${statusLine} `)?.[1]);
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')]),
    );
    const length = status === 100 ? 0 : Number(headers['content-length']);
    const body = rest.subarray(end + 4, end + 4 + length).toString();
    if (status !== 100) answers.push({ status, headers, body });
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}
