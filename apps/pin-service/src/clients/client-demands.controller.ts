import { Body, Controller, Get, HttpCode, HttpStatus, Post, UseInterceptors } from '@nestjs/common';
import { ClientDemands } from '#libs/api-clients';
import { approvalRequested } from '../admin/approval-view.js';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { FreshLogin, Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { Powers } from '../powers/powers.js';
import { newDemand } from './demand-change.js';
import { changeDemandSchema, demandAnswer, demandsAnswer, type ChangeDemandBody } from './demand-schemas.js';

/** What the caller's own tenant demands of its clients. */
@Zone('operators')
@Controller('v1/admin/client-demands')
export class ClientDemandsController {
  constructor(
    private readonly demands: ClientDemands,
    private readonly powers: Powers,
  ) {}

  @Operation('Read what is demanded of clients', { 200: demandsAnswer })
  @Get()
  @RequireScope('ops:clients', 'ops:policy')
  async read(@Caller() { tenantId }: Caller) {
    const { methods, senderConstrained } = await this.demands.inForce(tenantId);
    return { methods, senderConstrained, history: await this.demands.list(tenantId) };
  }

  @Operation('Demand something of clients', { 200: demandAnswer, 202: approvalRequested })
  @Post()
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:policy')
  @UseInterceptors(AnsweredInterceptor)
  async change(
    @Context() makeContext: MakeContext,
    @Body({ schema: changeDemandSchema }) { reason, ...content }: ChangeDemandBody,
  ) {
    const context = await makeContext();
    const change = () => this.demands.change(context, { demand: newDemand(content), reason });
    return await this.powers.alone(change, context, { kind: 'demand-change', content, reason });
  }
}
