import { PinwardError } from '../errors/pinward-error.js';
import { RateLimit } from '../limits/rate-limit.js';
import { PLATFORM_TIMING } from '../timing.js';
import { checkedBaseUrl } from './addresses.js';
import { problemOf, type Answer, type Fetch } from './answer.js';
import { attempt, Fault, type Call, type Means } from './attempt.js';
import { identityOf } from './credentials.js';
import type { CallOptions, ClientOptions } from './options.js';
import { isWorthRepeating, waitMs, type Failure } from './retries.js';
import { TimeLimit } from './time-limit.js';
import type { WireRequest } from './wire-request.js';

const TIMEOUT_MS = 30_000;
/** 100,000 cards take minutes, on a busy HSM more. */
const UPLOAD_TIMEOUT_MS = 3_600_000;
const ATTEMPT_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 4;

/** Sends requests until there is an answer to keep: with token, request id, pauses and repetitions. */
export class Transport {
  readonly #means: Means;
  readonly #limit: RateLimit;
  readonly #timeoutMs: number;
  readonly #maxAttempts: number;

  /** @throws TypeError for a baseUrl that is none */
  constructor(options: ClientOptions) {
    const { credentials, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS } = options;
    const timing = { ...PLATFORM_TIMING, ...options.timing };
    const means = { baseUrl: checkedBaseUrl(options.baseUrl), fetch: senderOf(options), timing };
    const identity = identityOf(credentials, { ...means, dpop: options.dpop });
    this.#means = { ...means, attemptTimeoutMs, identity };
    this.#limit = new RateLimit({ ...options.rate, now: timing.now, sleep: timing.sleep });
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#maxAttempts = options.maxAttempts ?? MAX_ATTEMPTS;
  }

  /**
   * The answer of the last attempt, good or bad.
   *
   * @throws PinwardError UNREACHABLE, TIMED_OUT, NO_ACCESS_TOKEN; RATE_LIMITED while a pause outlasts the call
   * @throws the reason of `options.signal`
   */
  async exchange(request: WireRequest, options: CallOptions = {}): Promise<Answer> {
    const { requestId = crypto.randomUUID(), signal: outer } = options;
    outer?.throwIfAborted();
    const usual = request.lines === undefined ? this.#timeoutMs : UPLOAD_TIMEOUT_MS;
    const { timeoutMs = usual } = options;
    const reason = () => new PinwardError('TIMED_OUT', { requestId });
    const time = new TimeLimit({ timing: this.#means.timing, milliseconds: timeoutMs, outer, reason });
    try {
      return await this.#attempts({ request, requestId, time, sandboxOutcome: options.sandboxOutcome });
    } finally {
      time.end();
    }
  }

  async #attempts(call: Call): Promise<Answer> {
    const { random, sleep } = this.#means.timing;
    for (let count = 1; ; count += 1) {
      const result = await this.#attempt(call);
      const failure = failureOf(result);
      const wait = waitMs(failure, count, random);
      const repeatable = isWorthRepeating(failure) && call.request.lines?.fromStart !== false;
      if (count === this.#maxAttempts || !repeatable || wait >= call.time.leftMs) {
        if (result instanceof Fault) throw new PinwardError(result.is, result.details);
        return result;
      }
      await sleep(wait, call.time.signal);
    }
  }

  async #attempt(call: Call): Promise<Answer | Fault> {
    await this.#turn(call);
    try {
      const answer = await attempt(this.#means, call);
      this.#limit.heed({ ...answer, limit: problemOf(answer)?.limit });
      return answer;
    } catch (failure) {
      if (failure instanceof Fault) return failure;
      throw failure;
    }
  }

  async #turn({ time, requestId }: Call): Promise<void> {
    const { pauseMs } = this.#limit;
    if (pauseMs >= time.leftMs)
      throw new PinwardError('RATE_LIMITED', { requestId, retryAfterSeconds: Math.ceil(pauseMs / 1_000) });
    await this.#limit.turn(time.signal);
  }
}

function failureOf(result: Answer | Fault): Failure {
  return result instanceof Fault
    ? { retryAfterSeconds: result.details.retryAfterSeconds }
    : { ...result, code: problemOf(result)?.code };
}

function senderOf({ fetch: send = fetch, dispatcher }: ClientOptions): Fetch {
  if (dispatcher === undefined) return send;
  return (url, init) => {
    const withDispatcher = { ...init, dispatcher };
    return send(url, withDispatcher);
  };
}
