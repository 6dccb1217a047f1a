import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { ImportCards, type LineCounts } from '#libs/pin';
import { fresh, type Answered, type RequestContext } from '#libs/requests';
import { readCardLine, type ImportLine, type SentLine } from '#libs/sent-json';
import type { Draining } from '../draining.js';
import { requestInvalid } from '../edge/requests/faults.js';
import type { Metrics } from '../metrics/metrics.js';
import { importView } from './import-schemas.js';
import { LineUpload } from './line-upload.js';

/** A body of lines, and its answer to be. */
export interface Upload {
  readonly lines: LineUpload;
  readonly reply: FastifyReply;
}

/** The body of a handler that reads it itself. @throws PinwardError MEDIA_TYPE_UNSUPPORTED for one that was read */
export const Lines = createParamDecorator((_: unknown, execution: ExecutionContext): Upload => {
  const http = execution.switchToHttp();
  const { body, raw } = http.getRequest<FastifyRequest>();
  if (body !== raw) throw new PinwardError('MEDIA_TYPE_UNSUPPORTED');
  return { lines: new LineUpload(raw), reply: http.getResponse<FastifyReply>() };
});

/** Imports what is uploaded. */
export class CardUploads {
  /** @param idleMs how long a sender may be silent */
  constructor(
    private readonly importCards: ImportCards,
    private readonly draining: Draining,
    private readonly metrics: Metrics,
    private readonly idleMs: number,
  ) {}

  /** @throws PinwardError as ImportCards does; REQUEST_INVALID without a request id */
  async take(
    context: RequestContext,
    { lines, reply }: Upload,
  ): Promise<Answered<ReturnType<typeof importView>>> {
    const { stopping } = this.draining;
    try {
      if (context.claim.fingerprint === null) throw NO_REQUEST_ID;
      const sent = lines.lines({ idleMs: this.idleMs, stopping });
      const onBatch = (counts: LineCounts) => this.metrics.countLines(counts);
      const request = { context, lines: readLines(sent), signal: stopping, onBatch, view: importView };
      return fresh(importView(await this.importCards.execute(request)));
    } finally {
      // What was not read would be taken for the next request.
      if (!(await lines.discardRest())) void reply.header('Connection', 'close');
    }
  }
}

const NO_REQUEST_ID = requestInvalid([
  { pointer: '/X-Request-ID', in: 'header', detail: 'is missing: an import goes on by it' },
]);

async function* readLines(lines: AsyncIterable<SentLine>): AsyncGenerator<ImportLine> {
  for await (const line of lines) yield readCardLine(line);
}
