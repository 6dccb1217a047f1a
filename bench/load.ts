import autocannon from 'autocannon';

export interface PreparedRequest {
  readonly path: string;
  readonly body: string;
  readonly requestId: string;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LoadTarget {
  /** Loopback only: the load never leaves the machine. */
  readonly baseUrl: string;
  readonly ca: string;
  readonly token: string;
  /** In all, if it is to be less than they can be sent at. */
  readonly perSecond?: number | undefined;
}

/**
 * Sends every prepared request once over keep-alive TLS connections, one at a time on each.
 *
 * @param perConnection requests for each connection; two connections never share a card, so none waits for another
 * @throws Error when an answer is not what `verifyBody` accepts: a fast wrong answer is no result
 */
export async function runLoad(
  target: LoadTarget,
  perConnection: readonly (readonly PreparedRequest[])[],
  verifyBody: (body: string) => boolean,
): Promise<LoadResult> {
  const amount = perConnection.reduce((sum, requests) => sum + requests.length, 0);
  const waiting = perConnection.map((requests) => requests[Symbol.iterator]());
  const unexpected = new Set<string>();
  let connections = 0;
  // autocannon checks once a second whether it has finished, so its own duration is up to a second too long.
  let [began, ended] = [Infinity, 0];
  const result = await autocannon({
    url: target.baseUrl,
    connections: perConnection.length,
    amount,
    ...(target.perSecond === undefined ? {} : { overallRate: target.perSecond }),
    timeout: 30,
    tlsOptions: { ca: target.ca, servername: 'localhost' },
    verifyBody: (body) => {
      ended = performance.now();
      const text = String(body);
      if (verifyBody(text)) return true;
      unexpected.add(text);
      return false;
    },
    // One entry for each request: autocannon forgets a connection's context when it begins its list anew.
    requests: Array.from({ length: Math.ceil(amount / perConnection.length) }, () => ({
      method: 'POST',
      setupRequest: (request: autocannon.Request, context: { connection?: number }) => {
        context.connection ??= connections++ % perConnection.length;
        began = Math.min(began, performance.now());
        const next = waiting[context.connection]?.next();
        if (next === undefined || next.done === true) return request;
        const { path, body, requestId } = next.value;
        const headers = {
          authorization: `Bearer ${target.token}`,
          'content-type': 'application/json',
          'x-request-id': requestId,
        };
        return { ...request, path, body, headers };
      },
    })),
  });
  const wrong = result.non2xx + result.errors + result.timeouts + result.mismatches;
  if (wrong > 0) {
    const examples = [...unexpected].slice(0, 3).join('\n');
    throw new Error(`${wrong} of ${amount} requests did not get the expected answer:\n${examples}`);
  }
  return {
    perSecond: (amount * 1_000) / (ended - began),
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}
