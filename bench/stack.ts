import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_RATE_LIMITS } from '../test/support/no-rate-limits.js';
import { ServiceProcess } from '../test/rigs/service-process.js';
import type { TestIdentity } from '../test/rigs/test-identity.js';
import type { TestToken } from '../test/rigs/token.js';
import { startBenchDatabase, type BenchDatabase } from './database.js';
import { runLoad, type LoadResult, type LoadTarget } from './load.js';
import { firstPinsPerSecond, PreparedCards } from './requests.js';

/** As autocannon has it for 32 callers at once. */
export const CONCURRENCY = 32;
export const CARDS = 4 * CONCURRENCY;
/** Requests a card before the measurement: by then the service's code is compiled, and its plans are cached. */
const WARM_UP_ROUNDS = 128;
const SCOPES = ['cards:write', 'cards:import', 'pin:set', 'pin:validate'];

export interface StackOptions {
  readonly token: TestToken;
  readonly identity: TestIdentity;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A service with its own durable database, and cards whose PINs can be validated. */
export class BenchStack implements AsyncDisposable {
  private constructor(
    private readonly folder: string,
    private readonly identity: TestIdentity,
    private readonly database: BenchDatabase,
    private readonly service: ServiceProcess,
    private readonly accessToken: string,
    private readonly cards: PreparedCards,
  ) {}

  static async start({ token, identity, environment = {} }: StackOptions): Promise<BenchStack> {
    const folder = await mkdtemp(join(tmpdir(), 'pinward-bench-'));
    const database = await startBenchDatabase(folder, token.registeredKeys);
    // PINWARD_ENV=production would refuse SoftHSM2; development refuses a database that is not durable, which matters
    // here.
    const service = await ServiceProcess.start({
      identity,
      token,
      databaseUrl: database.url,
      environment: {
        PINWARD_ENV: 'development',
        DEVELOPMENT_OUTBOX_FILE: undefined,
        ...NO_RATE_LIMITS,
        ...environment,
      },
    });
    const accessToken = await identity.tokenFor({ scopes: SCOPES, lifetime: 3_600 });
    const cards = await PreparedCards.make(service, accessToken, CARDS);
    return new BenchStack(folder, identity, database, service, accessToken, cards);
  }

  /** Of the service with its HSM host, and of the database. */
  get pids(): readonly number[] {
    return [this.service.pid, this.database.pid];
  }

  /** @param perSecond if it is to be less than the service can answer */
  async load(total: number, perSecond?: number): Promise<LoadResult> {
    const target = { ...this.target, perSecond };
    const requests = await this.cards.validations(CONCURRENCY, total);
    return await runLoad(target, requests, (body) => body.includes('"verified":true'));
  }

  get target(): Pick<LoadTarget, 'baseUrl' | 'ca' | 'token'> {
    return { baseUrl: this.service.baseUrl, ca: this.identity.certificate, token: this.accessToken };
  }

  async firstPinsPerSecond(count: number): Promise<number> {
    return await firstPinsPerSecond(this.service, this.accessToken, { count, atOnce: CONCURRENCY });
  }

  async warmUp(): Promise<LoadResult> {
    return await this.load(CARDS * WARM_UP_ROUNDS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
    await this.database.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
