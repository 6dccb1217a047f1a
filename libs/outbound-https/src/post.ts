import { request, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface HttpsPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number;
  /** What is read of the answer at most; the rest is not. */
  readonly answerBytes: number;
  /** Certificate authorities besides the system's, PEM. */
  readonly ca?: string;
  /** Resolves the name; where it fails, no connection is made. */
  readonly lookup?: LookupFunction;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * One POST over TLS 1.2 or newer (RFC 9325, section 3.1.1). Follows no redirect and keeps no connection.
 *
 * @throws Error when there was no answer in time, or no connection; its message names no secret
 */
export async function postOverHttps(post: HttpsPost): Promise<HttpsAnswer> {
  if (post.url.protocol !== 'https:') throw new Error('only https is spoken');
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...post.headers, 'Content-Length': Buffer.byteLength(post.body) },
    minVersion: 'TLSv1.2',
    agent: false,
    signal: AbortSignal.timeout(post.timeoutMs),
    ...(post.ca === undefined ? {} : { ca: post.ca }),
    ...(post.lookup === undefined ? {} : { lookup: post.lookup }),
  };
  return await new Promise((resolve, reject) => {
    const sent = request(post.url, options, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = () => {
        const body = Buffer.concat(chunks).subarray(0, post.answerBytes).toString('utf8');
        resolve({ status: answer.statusCode ?? 0, contentType: answer.headers['content-type'] ?? '', body });
      };
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length < post.answerBytes) return;
        finish();
        sent.destroy();
      });
      answer.on('end', finish);
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(post.body);
  });
}
