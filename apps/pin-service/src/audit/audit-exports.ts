import { Logger, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { searchTrail, treeSize } from '#libs/audit';
import { outsideTransaction } from '#libs/database';
import type { Draining } from '../draining.js';
import type { LastingRights } from '../edge/authentication/lasting-rights.js';
import { callerOf } from '../edge/requests/handlers.js';
import type { CallLines } from './call-lines.js';
import { FORMATS } from './export-formats.js';
import { ExportedLines, type ExportResult } from './exported-lines.js';
import { ExportSlots } from './export-slots.js';
import type { ExportEventsQuery } from './search-schemas.js';
import { canMatch } from './trail-reader.js';

const LINES_A_PAGE = 500;
const NOTHING = { lines: [], next: null };

/** Lines of the trail as a file, the whole of what is asked for. */
export class AuditExports {
  private readonly logger = new Logger(AuditExports.name);
  readonly #slots = new ExportSlots();

  /** @param patienceMs how long a caller may take nothing of its file */
  constructor(
    private readonly dataSource: DataSource,
    private readonly lines: CallLines,
    private readonly rights: LastingRights,
    private readonly draining: Draining,
    private readonly patienceMs: number,
  ) {}

  /** @throws PinwardError OPERATION_RATE_LIMITED, and as the database does */
  async begin(
    request: FastifyRequest,
    reply: FastifyReply,
    query: ExportEventsQuery,
  ): Promise<StreamableFile> {
    const format = FORMATS[query.format];
    const headers = { type: format.type, disposition: `attachment; filename="${fileName(format.ending)}"` };
    if (request.method === 'HEAD') return new StreamableFile(Buffer.alloc(0), headers);
    // 1. One of the few places, until the answer has ended in whatever way.
    reply.raw.once('close', this.#slots.take(callerOf(request).tenantId));
    // 2. What ends before the first byte is a problem like any other.
    const [size, stillAllowed] = await Promise.all([
      outsideTransaction(() => treeSize(this.dataSource.manager)),
      this.rights.of(request, 'audit:read'),
    ]);
    // 3. The lines that there are now; those that are sealed in the meantime are no part of it.
    const exported = new ExportedLines({
      format,
      page: (cursor) => this.page(callerOf(request).tenantId, query, { cursor, before: size }),
      stillAllowed,
      record: (result, lines) => this.record(request, query, { result, lines }),
      stopping: this.draining.stopping,
      patienceMs: this.patienceMs,
      onFault: (fault) => this.logger.warn('an export of the audit trail has failed', fault),
    });
    reply.raw.once('close', () => exported.breakOff());
    exported.stream.once('end', () => this.endSoon(reply));
    return new StreamableFile(exported.stream, headers);
  }

  /** What is left in buffers has to be taken as well: a caller that takes nothing keeps no place. */
  private endSoon({ raw }: FastifyReply): void {
    const late = setTimeout(() => raw.destroy(), this.patienceMs);
    raw.once('close', () => clearTimeout(late));
  }

  private async page(
    tenantId: string,
    { format: _format, ...filter }: ExportEventsQuery,
    place: { readonly cursor: number; readonly before: number },
  ) {
    if (!canMatch(filter)) return NOTHING;
    const search = { tenantId, filter, limit: LINES_A_PAGE, ...place };
    return await outsideTransaction(() => searchTrail(this.dataSource.manager, search));
  }

  private async record(
    request: FastifyRequest,
    { format, ...filter }: ExportEventsQuery,
    { result, lines }: { readonly result: ExportResult; readonly lines: number },
  ): Promise<void> {
    const { tenantId, clientId, subject } = callerOf(request);
    const { requestId, sourceAddress } = request;
    const given = Object.entries(filter).filter(
      (member): member is [string, string] => member[1] !== undefined,
    );
    await this.lines.append({
      ...{ tenantId, clientId, subject, sourceAddress, requestId },
      ...{ action: 'audit.export', result, cardId: null, eventNo: null },
      details: { format, filter: Object.fromEntries(given), lines },
    });
  }
}

/** `audit-2026-11-30T12-02-11Z.csv` */
function fileName(ending: string): string {
  return `audit-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z.${ending}`;
}
