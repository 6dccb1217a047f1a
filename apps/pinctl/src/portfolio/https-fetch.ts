import { Agent, request, type AgentOptions } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Fetch } from '#libs/client/backend';
import { OUTBOUND } from '#libs/tls-policy';

/** `fetch` over connections with options of their own, such as the certificate authority of one service. */
export function httpsFetch(options: AgentOptions): Fetch & Disposable {
  const agent = new Agent({ keepAlive: true, ...OUTBOUND, ...options });
  const send: Fetch = (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers, signal, agent }, (incoming) =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: { get: (name) => [incoming.headers[name] ?? null].flat()[0] ?? null },
          text: () => text(incoming),
        }),
      );
      outgoing.once('error', reject);
      if (body instanceof ReadableStream)
        pipeline(Readable.from(body), outgoing, (fault) => fault && reject(fault));
      else outgoing.end(body);
    });
  return Object.assign(send, { [Symbol.dispose]: () => agent.destroy() });
}
