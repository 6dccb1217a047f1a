import { request, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { OUTBOUND } from '#libs/tls-policy';

interface HttpsCall {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** From the look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number;
  /** The most that is read of the answer. */
  readonly answerBytes: number;
  /** Certificate authorities in addition to the system's, PEM. */
  readonly ca?: string;
  /** Resolves the name; if it fails, no connection is made. */
  readonly lookup?: LookupFunction;
}

export interface HttpsPost extends HttpsCall {
  readonly body: string;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** False where there was more than `answerBytes`. */
  readonly isWhole: boolean;
}

/**
 * One POST over TLS 1.2 or newer (RFC 9325, section 3.1.1). Follows no redirect and keeps no connection.
 *
 * @throws Error when there was no answer in time, or no connection; its message names no secret
 */
export async function postOverHttps({ body, ...call }: HttpsPost): Promise<HttpsAnswer> {
  const headers = { ...call.headers, 'Content-Length': String(Buffer.byteLength(body)) };
  return await exchange('POST', { ...call, headers }, body);
}

/** The same for a GET. @throws Error as above */
export async function getOverHttps(call: HttpsCall): Promise<HttpsAnswer> {
  return await exchange('GET', call);
}

async function exchange(method: string, call: HttpsCall, body?: string): Promise<HttpsAnswer> {
  if (call.url.protocol !== 'https:') throw new Error('only https is spoken');
  const options: RequestOptions = {
    method,
    headers: call.headers,
    ...OUTBOUND,
    agent: false,
    signal: AbortSignal.timeout(call.timeoutMs),
    ...(call.ca === undefined ? {} : { ca: call.ca }),
    ...(call.lookup === undefined ? {} : { lookup: call.lookup }),
  };
  return await new Promise((resolve, reject) => {
    const sent = request(call.url, options, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = () => {
        const text = Buffer.concat(chunks).subarray(0, call.answerBytes).toString('utf8');
        const { statusCode: status = 0, headers } = answer;
        const isWhole = length <= call.answerBytes;
        resolve({ status, contentType: headers['content-type'] ?? '', body: text, isWhole });
      };
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length <= call.answerBytes) return;
        finish();
        sent.destroy();
      });
      answer.on('end', finish);
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
