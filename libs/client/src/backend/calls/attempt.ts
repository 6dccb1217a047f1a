import { PinwardError, type ErrorDetails } from '../errors/pinward-error.js';
import { TokenError } from '../tokens/token-error.js';
import type { Timing } from '../timing.js';
import { problemOf, readAnswer, type Answer, type Fetch } from './answer.js';
import type { Authorized, Identity } from './credentials.js';
import { TimeLimit } from './time-limit.js';
import type { WireRequest } from './wire-request.js';

/** One call, whatever it takes in attempts. */
export interface Call {
  readonly request: WireRequest;
  readonly requestId: string;
  readonly time: TimeLimit;
  readonly sandboxOutcome: string | undefined;
}

/** What attempts are made with. */
export interface Means {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly identity: Identity;
  readonly timing: Timing;
  readonly attemptTimeoutMs: number;
}

/** An attempt without an answer, which may be repeated. */
export class Fault extends Error {
  constructor(
    readonly is: 'UNREACHABLE' | 'NO_ACCESS_TOKEN',
    readonly details: ErrorDetails,
  ) {
    super(is);
  }
}

/**
 * One attempt. A token that is refused is replaced by another one, once: its client may have been taken out and let in
 * again, or the key of its issuer may have changed. Where the service asks for a nonce, the same request has it.
 *
 * @throws Fault; PinwardError NO_ACCESS_TOKEN when none will be had; the reason of the call's signal
 */
export async function attempt(means: Means, call: Call): Promise<Answer> {
  const { identity } = means;
  if (call.request.proof === 'none') return await send(means, call, {});
  if (call.request.proof !== 'token') return await sendProved(means, call);
  const first = await sendAuthorized(means, call);
  // A token is not to blame for a nonce.
  if (first.answer.status !== 401 || asksForNonce(first.answer) || !canBeSentAgain(call)) return first.answer;
  identity.refused(first.token);
  return (await sendAuthorized(means, call)).answer;
}

async function sendAuthorized(
  means: Means,
  call: Call,
): Promise<{ readonly token: string; readonly answer: Answer }> {
  const { token, headers } = await authorizationFor(means, call);
  const answer = await send(means, call, headers);
  if (!asksForNonce(answer) || !canBeSentAgain(call)) return { token, answer };
  // The answer has brought it.
  return { token, answer: await send(means, call, (await authorizationFor(means, call)).headers) };
}

/** Lines that came from an iterator are gone. */
function canBeSentAgain({ request }: Call): boolean {
  return request.lines?.fromStart !== false;
}

function asksForNonce(answer: Answer): boolean {
  return problemOf(answer)?.code === 'DPOP_NONCE_REQUIRED';
}

/** By the client itself, where a token does not do. @throws TypeError where the client is not known here */
async function sendProved(means: Means, call: Call): Promise<Answer> {
  const { request } = call;
  const { authorization, members } = await call.time.within(means.identity.show());
  if (request.proof === 'secret') {
    if (authorization === undefined) throw new TypeError('only a client with a clientSecret can change it');
    return await send(means, call, { authorization });
  }
  if (authorization !== undefined)
    throw new TypeError('only a client with keys or a certificate can change them');
  const body = new URLSearchParams({ ...members, keys: request.body ?? '' }).toString();
  return await send(means, { ...call, request: { ...request, body } }, {});
}

async function authorizationFor(
  { identity, baseUrl }: Means,
  { request, time, requestId }: Call,
): Promise<Authorized> {
  const [path = ''] = request.path.split('?', 1);
  try {
    return await time.within(identity.authorize(request.method, `${baseUrl}${path}`));
  } catch (cause) {
    if (time.signal.aborted) throw cause;
    const isTokenError = cause instanceof TokenError;
    const { status, retryAfterSeconds } = isTokenError ? cause : {};
    const details = { cause, status, retryAfterSeconds, requestId };
    const mayCome = isTokenError && (cause.code === 'unreachable' || status === 429 || Number(status) >= 500);
    throw mayCome ? new Fault('NO_ACCESS_TOKEN', details) : new PinwardError('NO_ACCESS_TOKEN', details);
  }
}

async function send(
  { baseUrl, fetch, timing, attemptTimeoutMs, identity }: Means,
  { request, requestId, time, sandboxOutcome }: Call,
  proof: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { method, path, contentType } = request;
  const reason = () => new Error('no answer in time');
  // An upload is answered when all of it was worked on: only the call itself limits that.
  const isUpload = request.lines !== undefined;
  const ofAttempt = { timing, milliseconds: attemptTimeoutMs, outer: time.signal, reason };
  const patience = isUpload ? time : new TimeLimit(ofAttempt);
  const headers = {
    accept: 'application/json',
    'x-request-id': requestId,
    ...proof,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(sandboxOutcome === undefined ? {} : { 'x-pinward-sandbox-outcome': sandboxOutcome }),
  };
  const { signal } = patience;
  try {
    const init = { method, headers, ...contentOf(request), redirect: 'manual', signal } as const;
    const answered = fetch(`${baseUrl}${path}`, init);
    return await patience.within(
      answered.then((response) => {
        identity.heed(response.headers.get('dpop-nonce'));
        return readAnswer(response, requestId);
      }),
    );
  } catch (cause) {
    if (time.signal.aborted) throw time.signal.reason;
    if (request.lines?.fault !== undefined) throw request.lines.fault.cause;
    throw new Fault('UNREACHABLE', { cause, requestId });
  } finally {
    if (!isUpload) patience.end();
  }
}

function contentOf({ body, lines }: WireRequest) {
  if (lines !== undefined) return { body: lines.stream(), duplex: 'half' } as const;
  return body === undefined ? {} : { body };
}
