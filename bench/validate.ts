import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_RATE_LIMITS } from '../test/support/no-rate-limits.js';
import { ServiceProcess } from '../test/support/service-process.js';
import { TestIdentity } from '../test/support/test-identity.js';
import { makeTestToken } from '../test/support/token.js';
import { startBenchDatabase } from './database.js';
import { runLoad } from './load.js';
import { measureRaw } from './raw/measure-raw.js';
import { PreparedCards } from './requests.js';

/** As autocannon would have it for 32 callers at once. */
export const CONCURRENCY = 32;

const CARDS = 4 * CONCURRENCY;
/** Requests a card before anything is measured: the service's code is compiled by then, and its plans are cached. */
const WARM_UP_ROUNDS = 128;
const SCOPES = ['cards:write', 'pin:set', 'pin:validate'];

export interface BenchOptions {
  readonly rsaBits: number;
  /** How long each rate is measured, seconds. */
  readonly seconds: number;
  readonly progress: (line: string) => void;
}

export interface Figures {
  /** Unwrap, wrap, destroy by the token alone, best of 1 to 8 in flight. */
  readonly rawPerSecond: number;
  /** Whole requests: TLS, token check, spend, HSM, settle. */
  readonly validatePerSecond: number;
  readonly ratio: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Both rates on one fresh token and database, one after the other on the otherwise idle machine. */
export async function measure({ rsaBits, seconds, progress }: BenchOptions): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'pinward-bench-'));
  progress(`RSA-${rsaBits}: making a token and a database`);
  const token = await makeTestToken({ rsaBits });
  const database = await startBenchDatabase(folder, token.registeredKeys);
  using identity = await TestIdentity.make();
  try {
    progress(`RSA-${rsaBits}: the token alone, 1 to 8 in flight`);
    const raw = await measureRaw(token, seconds);
    // PINWARD_ENV=production would refuse SoftHSM2; development refuses a forgetful database, which is what counts here.
    const environment = {
      PINWARD_ENV: 'development',
      DEVELOPMENT_OUTBOX_FILE: undefined,
      ...NO_RATE_LIMITS,
    };
    await using service = await ServiceProcess.start({
      identity,
      databaseUrl: database.url,
      token,
      environment,
    });
    const accessToken = await identity.tokenFor({ scopes: SCOPES, lifetime: 3_600 });
    progress(`RSA-${rsaBits}: setting ${CARDS} PINs`);
    const cards = await PreparedCards.make(service, accessToken, CARDS);
    const target = { baseUrl: service.baseUrl, ca: identity.certificate, token: accessToken };
    const load = async (total: number) => {
      const requests = await cards.validations(CONCURRENCY, total);
      return await runLoad(target, requests, (body) => body.includes('"verified":true'));
    };
    progress(`RSA-${rsaBits}: warming up`);
    const { perSecond } = await load(CARDS * WARM_UP_ROUNDS);
    const total = Math.ceil((perSecond * seconds) / CARDS) * CARDS;
    progress(`RSA-${rsaBits}: ${total} validate requests, ${CONCURRENCY} at once`);
    const validate = await load(total);
    return {
      rawPerSecond: Math.round(raw.perSecond),
      validatePerSecond: Math.round(validate.perSecond),
      ratio: Number((validate.perSecond / raw.perSecond).toFixed(3)),
      p50Ms: validate.p50Ms,
      p99Ms: validate.p99Ms,
    };
  } finally {
    await database.stop();
    await token.remove();
    await rm(folder, { recursive: true, force: true });
  }
}
