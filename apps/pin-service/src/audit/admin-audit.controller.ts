import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditExports } from './audit-exports.js';
import {
  checkpointAnswer,
  consistencyAnswer,
  eventsAnswer,
  inclusionAnswer,
  consistencySchema,
  inclusionSchema,
  type ConsistencyQuery,
  type InclusionQuery,
} from './audit-schemas.js';
import {
  exportEventsSchema,
  listEventsSchema,
  type ExportEventsQuery,
  type ListEventsQuery,
} from './search-schemas.js';
import { TrailReader } from './trail-reader.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { LINES_TYPE } from '../edge/requests/bodies.js';
import { Caller } from '../edge/requests/handlers.js';

/** Not the tenant's, not there, or not sealed yet. */
const NOT_SEALED = { problems: ['AUDIT_EVENT_NOT_FOUND'] } as const;

const SEARCH = {
  description:
    'Oldest first. A page looks at 20,000 lines at most, so it may be short or empty before the end: go on while there is a `nextCursor`.',
} as const;

const EXPORT = {
  files: ['text/csv', LINES_TYPE],
  description:
    'All lines that fit, streamed. The last line of a complete file says `end` and how many there were; a file without it broke off.',
} as const;

@Zone('operators')
@Controller('v1/admin/audit')
@RequireScope('audit:read')
export class AdminAuditController {
  constructor(
    private readonly trail: TrailReader,
    private readonly exports: AuditExports,
  ) {}

  @Operation('Search audit events', { 200: eventsAnswer }, SEARCH)
  @Get()
  async list(@Caller() { tenantId }: Caller, @Query({ schema: listEventsSchema }) query: ListEventsQuery) {
    return await this.trail.events(tenantId, query);
  }

  @Operation('Export audit events', { 200: null }, EXPORT)
  @Get('export')
  async export(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: exportEventsSchema }) query: ExportEventsQuery,
  ) {
    return await this.exports.begin(request, reply, query);
  }

  @Operation('Newest signed tree head', { 200: checkpointAnswer }, NOT_SEALED)
  @Get('checkpoint')
  async checkpoint() {
    return await this.trail.checkpoint();
  }

  @Operation('Proof that an event is in the trail', { 200: inclusionAnswer }, NOT_SEALED)
  @Get('inclusion-proof')
  async inclusion(@Caller() { tenantId }: Caller, @Query({ schema: inclusionSchema }) query: InclusionQuery) {
    return await this.trail.inclusion(tenantId, query);
  }

  @Operation('Proof that the trail only grew', { 200: consistencyAnswer }, NOT_SEALED)
  @Get('consistency-proof')
  async consistency(@Query({ schema: consistencySchema }) query: ConsistencyQuery) {
    return await this.trail.consistency(query);
  }
}
