import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { approvalRequested } from '../admin/approval-view.js';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { nothingSchema } from '../edge/requests/schema-parts.js';
import { FreshLogin, Operation, RequireScope, Stoppable, Zone } from '../edge/routes/declarations.js';
import {
  cancelIncidentSchema,
  incidentAnswer,
  incidentCardsAnswer,
  incidentReportAnswer,
  incidentsAnswer,
  listIncidentCardsSchema,
  listIncidentsSchema,
  openIncidentSchema,
  type CancelIncidentBody,
  type ListIncidentCardsQuery,
  type ListIncidentsQuery,
  type OpenIncidentBody,
} from './incident-schemas.js';
import { Incidents } from './incidents.js';

const NOT_FOUND = { problems: ['INCIDENT_NOT_FOUND'] } as const;
const CLOSED = { problems: ['INCIDENT_NOT_FOUND', 'INCIDENT_CLOSED'] } as const;
const NOT_READY = { problems: ['INCIDENT_NOT_FOUND', 'INCIDENT_NOT_READY'] } as const;
const RESTORING = { problems: [...NOT_READY.problems, 'INCIDENT_CLOSED'] } as const;

/** Cards of the caller's own tenant that one bad release has locked. Opening and cancelling take one person. */
@Zone('operators')
@Controller('v1/admin/incidents')
export class IncidentsController {
  constructor(private readonly incidents: Incidents) {}

  @Operation('Open an incident, and preview its cards', { 201: incidentAnswer })
  @Post()
  @RequireScope('ops:incidents')
  @UseInterceptors(AnsweredInterceptor)
  async open(@Context() context: MakeContext, @Body({ schema: openIncidentSchema }) body: OpenIncidentBody) {
    return await this.incidents.open(await context(), body);
  }

  @Operation('List incidents', { 200: incidentsAnswer })
  @Get()
  @RequireScope('ops:read', 'ops:incidents')
  async list(
    @Caller() { tenantId }: Caller,
    @Query({ schema: listIncidentsSchema }) query: ListIncidentsQuery,
  ) {
    return await this.incidents.list(tenantId, query);
  }

  @Operation('Read an incident, its preview and its progress', { 200: incidentAnswer }, NOT_FOUND)
  @Get(':incidentId')
  @RequireScope('ops:read', 'ops:incidents')
  async read(@Caller() { tenantId }: Caller, @Param('incidentId') incidentId: string) {
    return await this.incidents.read(tenantId, incidentId);
  }

  @Operation('List the cards of an incident', { 200: incidentCardsAnswer }, NOT_FOUND)
  @Get(':incidentId/cards')
  @RequireScope('ops:read', 'ops:incidents')
  async cards(
    @Caller() { tenantId }: Caller,
    @Param('incidentId') incidentId: string,
    @Query({ schema: listIncidentCardsSchema }) query: ListIncidentCardsQuery,
  ) {
    return await this.incidents.cards(tenantId, incidentId, query);
  }

  @Operation('Restore the cards of the preview', { 200: incidentAnswer, 202: approvalRequested }, RESTORING)
  @Post(':incidentId/restore')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:incidents')
  @Stoppable('pin.unlock')
  @UseInterceptors(AnsweredInterceptor)
  async restore(
    @Context() context: MakeContext,
    @Param('incidentId') incidentId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.incidents.restore(await context(), incidentId);
  }

  @Operation('Cancel an incident: no further card is restored', { 200: incidentAnswer }, CLOSED)
  @Post(':incidentId/cancel')
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:incidents')
  @UseInterceptors(AnsweredInterceptor)
  async cancel(
    @Context() context: MakeContext,
    @Param('incidentId') incidentId: string,
    @Body({ schema: cancelIncidentSchema }) { reason }: CancelIncidentBody,
  ) {
    return await this.incidents.cancel(await context(), incidentId, reason);
  }

  @Operation('Signed report of an incident that has ended', { 200: incidentReportAnswer }, NOT_READY)
  @Get(':incidentId/report')
  @RequireScope('ops:read', 'ops:incidents', 'audit:read')
  async report(@Caller() { tenantId }: Caller, @Param('incidentId') incidentId: string) {
    return await this.incidents.report(tenantId, incidentId);
  }
}
