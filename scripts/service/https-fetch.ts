import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';

/** A `fetch` that trusts only one certificate: the platform's takes its authorities from elsewhere. */
export function httpsFetch(ca: string): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = Buffer.from(await request.arrayBuffer());
    const outgoing = httpsRequest(request.url, {
      method: request.method,
      ca,
      headers: { ...Object.fromEntries(request.headers), 'content-length': body.length },
      signal: request.signal,
    });
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
    const status = incoming.statusCode ?? 500;
    return new Response(await buffer(incoming), { status, headers: Object.fromEntries(headers) });
  };
}
