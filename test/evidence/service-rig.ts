import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { createTestDatabase, type TestCluster, type TestDatabase } from '../rigs/postgres.js';
import { ServiceProcess, TestIdentity, type TokenClaims } from '../rigs/service-process.js';
import { buildShim, setFaults, shimEnvironment, type Fault } from '../rigs/shim.js';
import { makeTestToken, type TestToken } from '../rigs/token.js';
import { CardApp, type IssuedCard, type PreparedRequest } from './card-app.js';
import { UnwrapCounts } from './unwrap-counts.js';
import { registerKeys } from '#libs/keys';

/** The limit of every service here. */
export const MAX_TRIES = 3;

export interface StartOptions {
  /** Settings that win over the rig's own; undefined takes one away. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /** By way of a proxy perhaps. */
  readonly databaseUrl?: string;
  /** Another program than the compiled service. */
  readonly entry?: string;
}

/**
 * What service processes share: one database, one token, the shim in front of it. The shim's logs are what
 * evaluations are counted by; the service has no part in them.
 */
export class ServiceRig implements AsyncDisposable {
  readonly counts = new UnwrapCounts();
  /** The shim's logs, one for each service process that was started. */
  readonly shimLogs: string[] = [];
  readonly #services = new Set<ServiceProcess>();
  #started = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly owner: DataSource,
    readonly app: CardApp,
    private readonly identity: TestIdentity,
    readonly token: TestToken,
  ) {}

  static async open(cluster?: TestCluster): Promise<ServiceRig> {
    const token = await makeTestToken();
    const identity = await TestIdentity.make();
    const database = await createTestDatabase(cluster);
    const owner = await database.open({ url: database.ownerUrl, poolSize: 2 });
    await registerKeys(owner, token.registeredKeys);
    // Few entries: a set or change has hundreds of PIN objects made for the weak list that is shipped.
    writeFileSync(join(token.directory, 'weak-pins'), '1234\n');
    const rig = new ServiceRig(database, owner, await CardApp.of(identity), identity, token);
    rig.faults();
    return rig;
  }

  async tokenFor(claims: TokenClaims): Promise<string> {
    return await this.identity.tokenFor({ lifetime: 3_600, ...claims });
  }

  async start({
    settings,
    databaseUrl = this.database.serviceUrl,
    entry,
  }: StartOptions = {}): Promise<ServiceProcess> {
    const { identity, token } = this;
    this.#started += 1;
    const log = join(token.directory, `shim-${this.#started}.log`);
    const service = await ServiceProcess.start({
      identity,
      token,
      databaseUrl,
      module: buildShim(),
      ...(entry === undefined ? {} : { entry }),
      environment: {
        PIN_MAX_TRIES: String(MAX_TRIES),
        PIN_WEAK_LIST_FILE: join(token.directory, 'weak-pins'),
        HSM_WORKERS: '2',
        ...NO_RATE_LIMITS,
        ...shimEnvironment({ module: token.module, log, faults: this.faultFile }),
        ...settings,
      },
    });
    this.counts.add(log);
    this.shimLogs.push(log);
    this.#services.add(service);
    void service.exited.then(() => this.#services.delete(service));
    return service;
  }

  /** Replaces the shim's faults, for all processes at once. */
  faults(...faults: readonly Fault[]): void {
    setFaults(this.faultFile, faults);
  }

  /** Whether an evaluation of the card is in flight, as the database sees it. */
  async isInFlight({ cardId }: IssuedCard): Promise<boolean> {
    const rows = await this.owner.query<unknown[]>(
      'SELECT FROM cards WHERE card_id = $1 AND evaluation_id IS NOT NULL',
      [cardId],
    );
    return rows.length > 0;
  }

  /** Whether the database has granted the request its evaluation, also if that has ended since. */
  async hasSpent({ card, requestId }: PreparedRequest): Promise<boolean> {
    const rows = await this.owner.query<unknown[]>(
      "SELECT FROM audit_events WHERE card_id = $1 AND request_id = $2 AND phase = 'intent'",
      [card.cardId, requestId],
    );
    return rows.length > 0;
  }

  /** For this card the evaluation's deadline is now. Only once no process lives that might still evaluate. */
  async passDeadline({ cardId }: IssuedCard): Promise<void> {
    await this.owner.query(
      'UPDATE cards SET evaluation_deadline = clock_timestamp() WHERE card_id = $1 AND evaluation_id IS NOT NULL',
      [cardId],
    );
  }

  /** Ends the services that still run, too. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#services].map((service) => service[Symbol.asyncDispose]()));
    await this.database[Symbol.asyncDispose]();
    await this.token.remove();
    this.identity[Symbol.dispose]();
  }

  private get faultFile(): string {
    return join(this.token.directory, 'faults');
  }
}

export async function isReady(service: ServiceProcess): Promise<boolean> {
  return (await service.request('GET', '/health/ready')).status === 200;
}
