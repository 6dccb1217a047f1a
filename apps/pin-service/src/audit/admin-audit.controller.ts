import { Controller, Get, Query } from '@nestjs/common';
import { Caller } from '../edge/authentication/caller.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { Zone } from '../edge/zones/zone.js';
import {
  consistencySchema,
  inclusionSchema,
  listEventsSchema,
  type ConsistencyQuery,
  type InclusionQuery,
  type ListEventsQuery,
} from './audit-schemas.js';
import { TrailReader } from './trail-reader.js';

@Zone('operators')
@Controller('v1/admin/audit')
@RequireScope('audit:read')
export class AdminAuditController {
  constructor(private readonly trail: TrailReader) {}

  @Get()
  async list(@Caller() { tenantId }: Caller, @Query({ schema: listEventsSchema }) query: ListEventsQuery) {
    return await this.trail.events(tenantId, query);
  }

  @Get('checkpoint')
  async checkpoint() {
    return await this.trail.checkpoint();
  }

  @Get('inclusion-proof')
  async inclusion(@Caller() { tenantId }: Caller, @Query({ schema: inclusionSchema }) query: InclusionQuery) {
    return await this.trail.inclusion(tenantId, query);
  }

  @Get('consistency-proof')
  async consistency(@Query({ schema: consistencySchema }) query: ConsistencyQuery) {
    return await this.trail.consistency(query);
  }
}
