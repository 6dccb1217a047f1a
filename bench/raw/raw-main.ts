import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { compiledFile } from '#libs/program-files';
import { Cryptoki, type TokenSettings, startToken } from '#libs/hsm/pkcs11';
import type { RawWorkerData } from './raw-worker.js';

/**
 * Entry of the process that measures the token alone. It is a separate process, because the module reads its
 * configuration from the environment once and stays mapped.
 */
export interface RawRequest {
  readonly module: string;
  readonly tokenPin: string;
  readonly token: TokenSettings;
  readonly seconds: number;
}

export interface RawResult {
  readonly perSecond: number;
  /** Sessions in flight at the best rate. */
  readonly inFlight: number;
}

const IN_FLIGHT = [1, 2, 4, 8];

process.once('message', (request: RawRequest) => {
  void measure(request).then((result) => {
    process.send?.(result);
    process.disconnect();
  });
});

/** The best of 1 to 8 sessions in flight: the token's highest rate on this machine. */
async function measure(request: RawRequest): Promise<RawResult> {
  const { module, seconds } = request;
  const token = { ...request.token, registeredKeys: request.token.registeredKeys };
  // The login counts for the process; the workers only open sessions.
  startToken(new Cryptoki(module), token, (use) => use(request.tokenPin));
  let best: RawResult = { perSecond: 0, inFlight: 0 };
  for (const inFlight of IN_FLIGHT) {
    const perSecond = await rateOf(inFlight, { module, token, seconds });
    if (perSecond > best.perSecond) best = { perSecond, inFlight };
  }
  return best;
}

async function rateOf(inFlight: number, data: RawWorkerData): Promise<number> {
  const workers = Array.from(
    { length: inFlight },
    () => new Worker(compiledFile('bench/raw/raw-worker.js'), { workerData: data }),
  );
  const counts = await Promise.all(
    workers.map(async (worker) => (await once(worker, 'message')) as [number]),
  );
  return counts.reduce((sum, [count]) => sum + count, 0) / data.seconds;
}
