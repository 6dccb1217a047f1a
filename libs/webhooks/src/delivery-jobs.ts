import { PgBoss, type ConstructorOptions, type Db, type JobInsert, type JobWithMetadata } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import { CODE_QUEUE, DELIVERY_QUEUE, JOB_SCHEMA } from '#libs/database';
import { LANES, type Lane } from './event-types.js';

/** The delivery of a job. */
export interface DeliveryJob {
  readonly tenantId: string;
  readonly deliveryId: string;
}

export interface NewDeliveryJob extends DeliveryJob {
  /** Events with one key are delivered one after the other, in their order. */
  readonly key: string;
  readonly endpointId: string;
}

export type TakenJob = JobWithMetadata<DeliveryJob>;

/** For jobs whose worker has died: a one-time password lives for only five minutes. */
const LOOKED_AFTER_EVERY_SECONDS = 10;

/** Deliveries of a lane to one endpoint at once, over all replicas. */
const AT_ONCE_PER_ENDPOINT = 4;

/** The previous version put codes into the queue of events; those that it left there are still taken. */
const QUEUE_OF: Readonly<Record<Lane, string>> = { codes: CODE_QUEUE, events: DELIVERY_QUEUE };

/** The queues of deliveries (pg-boss): who takes which, which waits for which, and when a failed one comes again. */
export class DeliveryJobs {
  readonly #boss: PgBoss;

  /** @param onFault called for faults outside a call; the library goes on by itself */
  constructor(
    options: Pick<ConstructorOptions, 'connectionString' | 'clock'>,
    onFault: (fault: Error) => void,
  ) {
    this.#boss = new PgBoss({
      ...options,
      schema: JOB_SCHEMA,
      max: 2,
      application_name: 'pinward jobs',
      // The owner makes schema and queues (libs/database/src/job-queue.ts).
      migrate: false,
      createSchema: false,
      reindex: false,
      monitorVacuum: false,
      schedule: false,
      registerInstance: false,
      supervise: false,
      // The real interval of supervise(), however often it is called.
      monitorIntervalSeconds: LOOKED_AFTER_EVERY_SECONDS,
    });
    this.#boss.on('error', onFault);
  }

  /** @throws Error when the schema is not the one of this version */
  async start(): Promise<void> {
    await this.#boss.start();
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: false });
  }

  /** Commits with the caller's transaction, or not at all. */
  async add(manager: EntityManager, lane: Lane, jobs: readonly NewDeliveryJob[]): Promise<void> {
    const inserts = jobs.map(({ tenantId, deliveryId, key, endpointId }): JobInsert => ({
      id: deliveryId,
      data: { tenantId, deliveryId },
      ...(lane === 'events' ? { singletonKey: key } : {}),
      group: { id: endpointId },
    }));
    await this.#boss.insert(QUEUE_OF[lane], inserts, { db: transactionOf(manager) });
  }

  /**
   * Jobs that no other worker has now, only the first of each key. None only when none is due.
   *
   * @param except endpoints that get none now
   */
  async take(lane: Lane, limit: number, except: readonly string[] = []): Promise<TakenJob[]> {
    return await this.#boss.fetch<DeliveryJob>(QUEUE_OF[lane], {
      batchSize: limit,
      includeMetadata: true,
      groupConcurrency: AT_ONCE_PER_ENDPOINT,
      ignoreGroups: [...except],
    });
  }

  /** The next of its key may follow. */
  async end(manager: EntityManager, job: TakenJob): Promise<void> {
    await this.#boss.complete(job.name, attemptOf(job), null, { db: transactionOf(manager) });
  }

  /** It comes again, later each time; those behind it wait. */
  async postpone(manager: EntityManager, job: TakenJob): Promise<void> {
    await this.#boss.fail(job.name, attemptOf(job), null, { db: transactionOf(manager) });
  }

  /** Gives jobs of dead workers to others. Call it every few seconds. */
  async supervise(): Promise<void> {
    for (const lane of LANES) await this.#boss.supervise(QUEUE_OF[lane]);
  }

  /** Deletes an ended job of an event, so that its delivery can be made again under the same id. */
  async forget(manager: EntityManager, deliveryId: string): Promise<void> {
    await this.#boss.deleteJob(DELIVERY_QUEUE, deliveryId, { db: transactionOf(manager) });
  }
}

/** A worker that was taken for dead but lives has no further effect. */
function attemptOf({ id, retryCount }: TakenJob) {
  return { id, retryCount };
}

function transactionOf(manager: EntityManager): Db {
  const runner = manager.queryRunner;
  if (runner === undefined) throw new Error('a job is written in a transaction');
  return {
    executeSql: async (text, values) => {
      const { records } = await runner.query(text, values, true);
      return { rows: records as unknown[] };
    },
  };
}
