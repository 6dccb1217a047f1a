import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isUuid } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { NO_TENANT } from '#libs/requests';
import { problemDocument } from '../edge/problems/problem-document.js';
import '../edge/requests/fastify-request.js';
import { LastingFault } from '../logging/lasting-fault.js';
import { CallLines, NOBODY } from './call-lines.js';
import { CountedCalls } from './counted-calls.js';

/** Machines call these every few seconds, about no card and for no client. */
const UNRECORDED = new Set(['/health/live', '/health/ready', '/metrics']);
/** Recorded together, by client and minute. A fault of our own may be the database's, which could not record it. */
const isTold = (status: number) => [401, 403, 404, 429].includes(status) || status >= 500;

/**
 * Every call leaves a line in the audit trail, under its request id. A change was recorded together with its operation.
 * The other calls are recorded here, before the answer goes out: reads, refusals, repeats. No line, no answer.
 */
@Injectable()
export class RecordedCalls {
  private readonly fault = new LastingFault(
    new Logger(RecordedCalls.name),
    'calls cannot be recorded now, and are not answered',
  );

  constructor(
    private readonly lines: CallLines,
    private readonly counted: CountedCalls,
  ) {}

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onSend', async (request, reply, payload) => {
      try {
        await this.record(request, reply.statusCode);
        this.fault.over();
        return payload;
      } catch (fault) {
        this.fault.tell(fault);
        return this.withhold(request, reply);
      }
    });
  }

  private async record(request: FastifyRequest, status: number): Promise<void> {
    const { routeOptions, method, caller, requestId, sourceAddress, problemCode } = request;
    const route = routeOptions.url;
    if (request.recorded || (route !== undefined && UNRECORDED.has(route))) return;
    const { tenantId = NO_TENANT, clientId = NOBODY, subject = NOBODY } = caller ?? {};
    const who = { tenantId, clientId, subject, sourceAddress };
    const result = problemCode === '' ? String(status) : problemCode;
    const action = status < 400 ? 'api.open' : 'api.refused';
    if (caller === undefined) return this.counted.countStranger({ ...who, action, result });
    if (isTold(status)) return this.counted.count({ ...who, action, result });
    const details = { method, route: route ?? NOBODY, status };
    const line = { action: 'api.call', result, cardId: cardIdOf(request), eventNo: null, details };
    await this.lines.append({ ...who, requestId, ...line });
  }

  /** The intended answer is withheld: it has not been recorded. */
  private withhold(request: FastifyRequest, reply: FastifyReply): string {
    request.problemCode = 'DATABASE_UNAVAILABLE';
    const { status, headers, body } = problemDocument(
      new PinwardError('DATABASE_UNAVAILABLE', {}, { retryAfterSeconds: 1 }),
    );
    reply.removeHeader('Idempotent-Replayed');
    void reply.status(status).headers(headers);
    return body;
  }
}

/** The card id in the path; null for a text that cannot be one. */
function cardIdOf({ params }: FastifyRequest): string | null {
  const cardId = typeof params === 'object' && params !== null && 'cardId' in params ? params.cardId : null;
  return typeof cardId === 'string' && isUuid(cardId) ? cardId : null;
}
