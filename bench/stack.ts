import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_RATE_LIMITS } from '../test/support/no-rate-limits.js';
import { ServiceProcess } from '../test/rigs/service-process.js';
import type { TestIdentity } from '../test/rigs/test-identity.js';
import type { TestToken } from '../test/rigs/token.js';
import { startBenchDatabase, type BenchDatabase } from './database.js';
import { runLoad, type LoadResult } from './load.js';
import { PreparedCards } from './requests.js';

/** As autocannon would have it for 32 callers at once. */
export const CONCURRENCY = 32;
export const CARDS = 4 * CONCURRENCY;
/** Requests a card before anything is measured: the service's code is compiled by then, and its plans are cached. */
const WARM_UP_ROUNDS = 128;
const SCOPES = ['cards:write', 'pin:set', 'pin:validate'];

export interface StackOptions {
  readonly token: TestToken;
  readonly identity: TestIdentity;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A service with a durable database of its own, and cards to validate PINs of. */
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
    // PINWARD_ENV=production would refuse SoftHSM2; development refuses a forgetful database, which is what counts here.
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

  async load(total: number): Promise<LoadResult> {
    const target = { baseUrl: this.service.baseUrl, ca: this.identity.certificate, token: this.accessToken };
    const requests = await this.cards.validations(CONCURRENCY, total);
    return await runLoad(target, requests, (body) => body.includes('"verified":true'));
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
