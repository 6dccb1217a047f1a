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
  UseInterceptors,
} from '@nestjs/common';
import { listApprovalsSchema, type ListApprovalsQuery } from '../cards/card-schemas.js';
import { nothingSchema } from '../clients/client-schemas.js';
import { Caller } from '../edge/authentication/caller.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { Context, type MakeContext } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { approvalView } from './approval-view.js';
import { Deciding } from './deciding.js';

/** What waits for a second person. Which kinds a caller sees and decides is a matter of its scopes. */
@Zone('operators')
@Controller('v1/admin/approvals')
@RequireScope('ops:unlock', 'ops:clients', 'webhooks:manage', 'ops:policy', 'ops:brakes')
@UseInterceptors(AnsweredInterceptor)
export class ApprovalsController {
  constructor(private readonly deciding: Deciding) {}

  @Get()
  async list(@Caller() caller: Caller, @Query({ schema: listApprovalsSchema }) query: ListApprovalsQuery) {
    const { items, nextCursor } = await this.deciding.list(caller, query);
    return { body: { items: items.map((approval) => approvalView(approval)), nextCursor }, replayed: false };
  }

  @Get(':approvalId')
  async read(@Caller() caller: Caller, @Param('approvalId') approvalId: string) {
    return { body: approvalView(await this.deciding.read(caller, approvalId)), replayed: false };
  }

  @Post(':approvalId/approve')
  @HttpCode(HttpStatus.OK)
  async approve(
    @Context() context: MakeContext,
    @Caller() caller: Caller,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.deciding.approve({ caller, context: await context(), approvalId });
  }

  @Post(':approvalId/reject')
  @HttpCode(HttpStatus.OK)
  async reject(
    @Context() context: MakeContext,
    @Caller() caller: Caller,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.deciding.reject({ caller, context: await context(), approvalId });
  }

  @Post(':approvalId/collect')
  @Header('Cache-Control', 'no-store')
  async collect(
    @Context() context: MakeContext,
    @Caller() caller: Caller,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    const body = await this.deciding.collect({ caller, context: await context(), approvalId });
    return { body, replayed: false };
  }
}
