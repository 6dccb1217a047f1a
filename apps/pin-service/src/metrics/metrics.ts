import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import type { PoolTimes } from '#libs/database';
import type { OnOperation } from '#libs/hsm';
import type { LineCounts } from '#libs/pin';
import type { Answered } from '#libs/requests';

/** Seconds; a validate request takes tens of milliseconds on a local token, a network HSM some more. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Seconds; most statements take a millisecond or two. */
const DATABASE_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export type PinOutcome = 'matched' | 'not-matched' | 'changed' | 'reset' | 'set' | 'unlocked';

/**
 * What operators watch (docs/metrics.md). Labels come from closed sets: routes, methods, statuses, codes; never an id,
 * a path or a text from a caller.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    name: 'pinward_http_request_duration_seconds',
    help: 'Requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });
  readonly #problems = new Counter({
    name: 'pinward_problems_total',
    help: 'Refused requests by problem code',
    labelNames: ['code'],
    registers: [this.registry],
  });
  readonly #outcomes = new Counter({
    name: 'pinward_pin_outcomes_total',
    help: 'What PIN operations came to; repeated answers are not counted again',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly #pausedEndpoints = new Counter({
    name: 'pinward_webhook_endpoints_paused_total',
    help: 'Webhook endpoints paused because they took nothing',
    registers: [this.registry],
  });

  readonly #undelivered = new Counter({
    name: 'pinward_webhook_failures_total',
    help: 'Attempts of this process that did not arrive, by lane and reason',
    labelNames: ['lane', 'reason'],
    registers: [this.registry],
  });

  readonly #importedLines = new Counter({
    name: 'pinward_card_import_lines_total',
    help: 'Lines of imports of cards, by what became of them; one that failed is counted each time it is sent',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly #limits = new Counter({
    name: 'pinward_limits_reached_total',
    help: 'Refused requests by the limit that was reached',
    labelNames: ['limit'],
    registers: [this.registry],
  });
  readonly #replayed = new Counter({
    name: 'pinward_replayed_answers_total',
    help: 'Stored answers that were given again to a repeated request id',
    registers: [this.registry],
  });
  readonly #locks = new Counter({
    name: 'pinward_card_locks_total',
    help: 'Cards that verdicts of this process have locked',
    registers: [this.registry],
  });

  readonly #hsmOperations = new Histogram({
    name: 'pinward_hsm_operation_duration_seconds',
    help: 'Operations of the HSM host by kind, from the request to the answer, wait included',
    labelNames: ['operation'],
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });
  readonly #hsmFailures = new Counter({
    name: 'pinward_hsm_operation_failures_total',
    help: 'Operations of the HSM host that ended without an answer, by kind',
    labelNames: ['operation'],
    registers: [this.registry],
  });

  readonly #connectionWait = new Histogram({
    name: 'pinward_database_connection_wait_seconds',
    help: 'How long calls waited for a connection of the pool',
    buckets: DATABASE_BUCKETS,
    registers: [this.registry],
  });
  readonly #statements = new Histogram({
    name: 'pinward_database_statement_duration_seconds',
    help: 'Statements by name, until their whole result was there; other for those without one',
    labelNames: ['statement'],
    buckets: DATABASE_BUCKETS,
    registers: [this.registry],
  });

  readonly #alarms = new Counter({
    name: 'pinward_alarms_raised_total',
    help: 'Alarms of guessing that this process has raised, by kind',
    labelNames: ['kind'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  countOutcome(outcome: PinOutcome): void {
    this.#outcomes.inc({ outcome });
  }

  countLines(counts: LineCounts): void {
    for (const [outcome, lines] of Object.entries(counts)) this.#importedLines.inc({ outcome }, lines);
  }

  /** @param kind of a closed set */
  countAlarm(kind: string): void {
    this.#alarms.inc({ kind });
  }

  countLock(): void {
    this.#locks.inc();
  }

  readonly countHsmOperation: OnOperation = (operation, seconds, answered) => {
    this.#hsmOperations.observe({ operation }, seconds);
    if (!answered) this.#hsmFailures.inc({ operation });
  };

  readonly databaseTimes: PoolTimes = {
    waited: (seconds) => this.#connectionWait.observe(seconds),
    ran: (statement, seconds) => this.#statements.observe({ statement }, seconds),
  };

  countPausedEndpoint(): void {
    this.#pausedEndpoints.inc();
  }

  /** @param reason of a closed set */
  countUndelivered(lane: string, reason: string): void {
    this.#undelivered.inc({ lane, reason });
  }

  /** A value that is read at each scrape. */
  gauge(name: string, help: string, value: () => number): void {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(value());
      },
    });
    this.registry.registerMetric(gauge);
  }

  /** Several values, by a label of a closed set. */
  gauges(name: string, help: string, label: string, values: () => ReadonlyMap<string, number>): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [],
      collect() {
        for (const [key, value] of values()) this.set({ [label]: key }, value);
      },
    });
    this.registry.registerMetric(gauge);
  }

  /** Counts every answer of the server. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', async ({ method, routeOptions, problemCode, problemLimit }, reply) => {
      const labels = { route: routeOptions.url ?? 'none', method, status: String(reply.statusCode) };
      this.#requests.observe(labels, reply.elapsedTime / 1_000);
      if (problemCode !== '') this.#problems.inc({ code: problemCode });
      if (problemLimit !== null) this.#limits.inc({ limit: problemLimit });
      if (reply.getHeader('idempotent-replayed') !== undefined) this.#replayed.inc();
    });
  }
}

interface PinAnswer {
  readonly verified?: boolean;
  readonly changed?: boolean;
  readonly pinStatus?: string;
}

/** Counts the answers of the PIN routes; a rise of `not-matched` may mean guessing. */
@Injectable()
export class PinOutcomesInterceptor implements NestInterceptor<Answered<PinAnswer>> {
  constructor(private readonly metrics: Metrics) {}

  intercept(
    execution: ExecutionContext,
    next: CallHandler<Answered<PinAnswer>>,
  ): Observable<Answered<PinAnswer>> {
    const handler = execution.getHandler().name;
    return next.handle().pipe(
      tap(({ body, replayed, accepted }) => {
        if (replayed || accepted === true) return;
        const outcome = outcomeOf(handler, body);
        this.metrics.countOutcome(outcome);
        if (outcome === 'not-matched' && body.pinStatus === 'locked') this.metrics.countLock();
      }),
    );
  }
}

function outcomeOf(handler: string, { verified, changed }: PinAnswer): PinOutcome {
  if (verified !== undefined) return verified ? 'matched' : 'not-matched';
  if (changed !== undefined) return changed ? 'changed' : 'not-matched';
  if (handler === 'unlock') return 'unlocked';
  return handler === 'reset' ? 'reset' : 'set';
}
