import { Controller, Get, Query } from '@nestjs/common';
import {
  checkpointAnswer,
  consistencyAnswer,
  eventsAnswer,
  inclusionAnswer,
  consistencySchema,
  inclusionSchema,
  listEventsSchema,
  type ConsistencyQuery,
  type InclusionQuery,
  type ListEventsQuery,
} from './audit-schemas.js';
import { TrailReader } from './trail-reader.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { Caller } from '../edge/requests/handlers.js';

/** Not the tenant's, not there, or not sealed yet. */
const NOT_SEALED = { problems: ['AUDIT_EVENT_NOT_FOUND'] } as const;

@Zone('operators')
@Controller('v1/admin/audit')
@RequireScope('audit:read')
export class AdminAuditController {
  constructor(private readonly trail: TrailReader) {}

  @Operation('List audit events', { 200: eventsAnswer })
  @Get()
  async list(@Caller() { tenantId }: Caller, @Query({ schema: listEventsSchema }) query: ListEventsQuery) {
    return await this.trail.events(tenantId, query);
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
