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
import { nothingSchema } from '../edge/requests/schema-parts.js';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { Deciding } from './deciding.js';
import { z } from 'zod';
import {
  approvalAnswer,
  approvalsAnswer,
  approvalView,
  approving,
  collecting,
  rejecting,
} from './approval-view.js';
import { pinActive } from '../pins/pin-schemas.js';
import { clientWithSecretAnswer } from '../clients/client-view.js';
import { endpointWithSecretAnswer } from '../webhooks/webhook-schemas.js';
import { FreshLogin, Operation, RequireScope, Zone } from '../edge/routes/declarations.js';

const decided = <Status extends string>(status: Status) =>
  z.object({ approvalId: z.uuid().optional(), status: z.literal(status) });
const approved = z.union([pinActive, decided('approved')]).meta({ id: 'Approved' });
const rejected = decided('rejected').meta({ id: 'Rejected' });
const collected = z.union([clientWithSecretAnswer, endpointWithSecretAnswer]).meta({ id: 'Collected' });
const NOT_FOUND = { problems: ['APPROVAL_NOT_FOUND'] } as const;

/** Requests that wait for a second person. The caller's scopes decide which kinds it sees and decides on. */
@Zone('operators')
@Controller('v1/admin/approvals')
@RequireScope('ops:unlock', 'ops:clients', 'webhooks:manage', 'ops:policy', 'ops:brakes', 'ops:incidents')
@UseInterceptors(AnsweredInterceptor)
export class ApprovalsController {
  constructor(private readonly deciding: Deciding) {}

  @Operation('List what takes two persons', { 200: approvalsAnswer })
  @Get()
  async list(@Caller() caller: Caller, @Query({ schema: listApprovalsSchema }) query: ListApprovalsQuery) {
    const { items, nextCursor } = await this.deciding.list(caller, query);
    return { body: { items: items.map((approval) => approvalView(approval)), nextCursor }, replayed: false };
  }

  @Operation('Read what another person asks for', { 200: approvalAnswer }, NOT_FOUND)
  @Get(':approvalId')
  async read(@Caller() caller: Caller, @Param('approvalId') approvalId: string) {
    return { body: approvalView(await this.deciding.read(caller, approvalId)), replayed: false };
  }

  @Operation('Approve it', { 200: approved }, approving)
  @Post(':approvalId/approve')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  async approve(
    @Context() context: MakeContext,
    @Caller() caller: Caller,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.deciding.approve({ caller, context: await context(), approvalId });
  }

  @Operation('Reject or withdraw it', { 200: rejected }, rejecting)
  @Post(':approvalId/reject')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  async reject(
    @Context() context: MakeContext,
    @Caller() caller: Caller,
    @Param('approvalId') approvalId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.deciding.reject({ caller, context: await context(), approvalId });
  }

  @Operation('Collect the secret that came of it, once', { 201: collected }, collecting)
  @Post(':approvalId/collect')
  @FreshLogin()
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
