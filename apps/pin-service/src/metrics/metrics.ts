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
  readonly #requests = this.histogram(
    'pinward_http_request_duration_seconds',
    'Requests by route, method and status',
    DURATION_BUCKETS,
    'route',
    'method',
    'status',
  );
  readonly #problems = this.counter('pinward_problems_total', 'Refused requests by problem code', 'code');
  readonly #outcomes = this.counter(
    'pinward_pin_outcomes_total',
    'What PIN operations came to; repeated answers are not counted again',
    'outcome',
  );

  readonly #pausedEndpoints = this.counter(
    'pinward_webhook_endpoints_paused_total',
    'Webhook endpoints paused because they took nothing',
  );

  readonly #undelivered = this.counter(
    'pinward_webhook_failures_total',
    'Attempts of this process that did not arrive, by lane and reason',
    'lane',
    'reason',
  );

  readonly #importedLines = this.counter(
    'pinward_card_import_lines_total',
    'Lines of imports of cards, by what became of them; one that failed is counted each time it is sent',
    'outcome',
  );

  readonly #limits = this.counter(
    'pinward_limits_reached_total',
    'Refused requests by the limit that was reached',
    'limit',
  );
  readonly #replayed = this.counter(
    'pinward_replayed_answers_total',
    'Stored answers that were given again to a repeated request id',
  );
  readonly #locks = this.counter(
    'pinward_card_locks_total',
    'Cards that verdicts of this process have locked',
  );

  readonly #hsmOperations = this.histogram(
    'pinward_hsm_operation_duration_seconds',
    'Operations of the HSM host by kind, from the request to the answer, wait included',
    DURATION_BUCKETS,
    'operation',
  );
  readonly #hsmFailures = this.counter(
    'pinward_hsm_operation_failures_total',
    'Operations of the HSM host that ended without an answer, by kind',
    'operation',
  );

  readonly #connectionWait = this.histogram(
    'pinward_database_connection_wait_seconds',
    'How long calls waited for a connection of the pool',
    DATABASE_BUCKETS,
  );
  readonly #statements = this.histogram(
    'pinward_database_statement_duration_seconds',
    'Statements by name, until their whole result was there; other for those without one',
    DATABASE_BUCKETS,
    'statement',
  );

  readonly #alarms = this.counter(
    'pinward_alarms_raised_total',
    'Alarms of guessing that this process has raised, by kind',
    'kind',
  );

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

  private counter<Label extends string = never>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: Label[]
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
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
