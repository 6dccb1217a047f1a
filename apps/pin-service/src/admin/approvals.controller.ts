import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { listApprovalsSchema, type ListApprovalsQuery } from '../cards/card-schemas.js';
import { nothingSchema } from '../clients/client-schemas.js';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { approvalView } from './approval-view.js';
import { Deciding } from './deciding.js';

/** What waits for a second person. Which kinds a caller sees and decides is a matter of its scopes. */
@Zone('operators')
@Controller('v1/admin/approvals')
@RequireScope('ops:unlock', 'ops:clients', 'webhooks:manage', 'ops:policy', 'ops:brakes')
@UseInterceptors(AnsweredInterceptor)
export class ApprovalsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly deciding: Deciding,
  ) {}

  @Get()
  async list(
    @Req() request: FastifyRequest,
    @Query({ schema: listApprovalsSchema }) query: ListApprovalsQuery,
  ) {
    const { items, nextCursor } = await this.deciding.list(callerOf(request), query);
    return { body: { items: items.map((approval) => approvalView(approval)), nextCursor }, replayed: false };
  }

  @Get(':approvalId')
  async read(@Req() request: FastifyRequest, @Param('approvalId') approvalId: string) {
    return { body: approvalView(await this.deciding.read(callerOf(request), approvalId)), replayed: false };
  }

  @Post(':approvalId/approve')
  @HttpCode(HttpStatus.OK)
  async approve(
    @Req() request: FastifyRequest,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.deciding.approve(await this.decision(request, approvalId));
  }

  @Post(':approvalId/reject')
  @HttpCode(HttpStatus.OK)
  async reject(
    @Req() request: FastifyRequest,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.deciding.reject(await this.decision(request, approvalId));
  }

  @Post(':approvalId/collect')
  @Header('Cache-Control', 'no-store')
  async collect(
    @Req() request: FastifyRequest,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    const body = await this.deciding.collect(await this.decision(request, approvalId));
    return { body, replayed: false };
  }

  private async decision(request: FastifyRequest, approvalId: string) {
    return { caller: callerOf(request), context: await this.contexts.of(request), approvalId };
  }
}
