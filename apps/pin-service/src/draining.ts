import { EventEmitter, once } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Whether the service is stopping (not ready any more, each answer ends its connection), and what still runs. */
@Injectable()
export class Draining {
  readonly #events = new EventEmitter();
  readonly #stop = new AbortController();
  #begun = false;
  #unanswered = 0;
  /** Since the stop began. */
  #answered = 0;

  begin(): void {
    this.#begun = true;
    this.#stop.abort();
  }

  /** Aborted when the stop begins: for work that is long and may go on another time. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  /** Requests that have begun and have no answer yet. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Requests that were answered during the stop. */
  get answered(): number {
    return this.#answered;
  }

  get begun(): boolean {
    return this.#begun;
  }

  requestBegan(): void {
    this.#unanswered += 1;
  }

  requestEnded(): void {
    this.#unanswered -= 1;
    if (this.#begun) this.#answered += 1;
    if (this.#unanswered === 0) this.#events.emit('idle');
  }

  /** Returns when every request that has begun has its answer. */
  async allAnswered(): Promise<void> {
    if (this.#unanswered > 0) await once(this.#events, 'idle');
  }
}

/**
 * Counts a request until its answer exists, not until its connection ends: when a caller hangs up, its try stays spent,
 * so the work is finished.
 */
export function registerRequestsInFlight(fastify: FastifyInstance, draining: Draining): void {
  const unanswered = new WeakSet<FastifyRequest>();
  fastify.addHook('onRequest', async (request) => {
    unanswered.add(request);
    draining.requestBegan();
  });
  fastify.addHook('onSend', async (request, reply) => {
    if (unanswered.delete(request)) draining.requestEnded();
    if (draining.begun) void reply.header('Connection', 'close');
  });
}
