import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import type { LineCounts } from '#libs/pin';
import type { Answered } from '#libs/requests';

/** Seconds; a validate request takes tens of milliseconds on a local token, a network HSM some more. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

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
    fastify.addHook('onResponse', async ({ method, routeOptions, problemCode }, reply) => {
      const labels = { route: routeOptions.url ?? 'none', method, status: String(reply.statusCode) };
      this.#requests.observe(labels, reply.elapsedTime / 1_000);
      if (problemCode !== '') this.#problems.inc({ code: problemCode });
    });
  }
}

interface PinAnswer {
  readonly verified?: boolean;
  readonly changed?: boolean;
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
        if (!replayed && accepted !== true) this.metrics.countOutcome(outcomeOf(handler, body));
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
