import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApprovalStore, DecideUnlock } from '#libs/pin';
import { listApprovalsSchema, type ListApprovalsQuery } from '../cards/card-schemas.js';
import { approvalView } from '../cards/card-view.js';
import { nothingSchema } from '../clients/client-schemas.js';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';

/** Unlocks that wait for a second person. */
@Zone('operators')
@Controller('v1/admin/approvals')
@RequireScope('ops:unlock')
@UseInterceptors(AnsweredInterceptor)
export class ApprovalsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly decideUnlock: DecideUnlock,
    private readonly approvals: ApprovalStore,
  ) {}

  @Get()
  async list(
    @Req() request: FastifyRequest,
    @Query({ schema: listApprovalsSchema }) query: ListApprovalsQuery,
  ) {
    const { tenantId } = callerOf(request);
    const { items, nextCursor } = await this.approvals.find(tenantId, query);
    return { body: { items: items.map((approval) => approvalView(approval)), nextCursor }, replayed: false };
  }

  @Post(':approvalId/approve')
  @HttpCode(HttpStatus.OK)
  async approve(
    @Req() request: FastifyRequest,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    const context = await this.contexts.of(request);
    return await this.decideUnlock.approve({ context, approvalId });
  }

  @Post(':approvalId/reject')
  @HttpCode(HttpStatus.OK)
  async reject(
    @Req() request: FastifyRequest,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    const context = await this.contexts.of(request);
    return await this.decideUnlock.reject({ context, approvalId });
  }
}
