import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest, type Agent } from 'node:https';
import { text } from 'node:stream/consumers';
import { AnswerCheck } from '../contract/answer-check.js';

export interface ServiceRequest {
  readonly token?: string;
  /** Sent as JSON; text and bytes are sent unchanged. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed if it is JSON, otherwise text. */
  readonly body: unknown;
}

export interface RequestTarget {
  readonly method: string;
  readonly url: URL;
  readonly agent: Agent;
}

const DEADLINE_MS = 60_000;

/** @throws Error for an answer that is none of the contract (docs/openapi) */
export async function sendRequest(
  { method, url, agent }: RequestTarget,
  { token, body, headers = {} }: ServiceRequest,
): Promise<ServiceResponse> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const payload = body === undefined || raw ? body : JSON.stringify(body);
  const plain = url.protocol === 'http:';
  const outgoing = (plain ? plainRequest : tlsRequest)(url, {
    method,
    ...(plain ? { agent: false } : { agent }),
    signal: AbortSignal.timeout(DEADLINE_MS),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      ...headers,
    },
  });
  outgoing.end(payload);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const answer = await text(response);
  const json = /^application\/(.+\+)?json/.test(response.headers['content-type'] ?? '');
  const received = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: json ? (JSON.parse(answer) as unknown) : answer,
  };
  AnswerCheck.shared.expectPromised({ method, path: url.pathname, ...received });
  return received;
}
