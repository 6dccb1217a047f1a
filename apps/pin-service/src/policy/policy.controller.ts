import { Body, Controller, Get, HttpCode, HttpStatus, Post, UseInterceptors } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { outsideTransaction } from '#libs/database';
import { policyChangesSchema, readPolicyHistory } from '#libs/policy';
import { AnsweredInterceptor, Context, type MakeContext } from '../edge/requests/handlers.js';
import { Powers } from '../powers/powers.js';
import { ChangingPolicy } from './changing-policy.js';
import { historyView, policyAnswer, policyHistoryAnswer } from './policy-view.js';
import { z } from 'zod';
import { approvalRequested } from '../admin/approval-view.js';
import { reason } from '../edge/requests/schema-parts.js';
import { FreshLogin, Operation, RequireScope, Zone } from '../edge/routes/declarations.js';

const VERSIONS_SHOWN = 50;

/** The members alone; what they may say together is judged where the policy before is known. */
const changePolicySchema = z
  .strictObject({ ...policyChangesSchema.shape, reason })
  .meta({ id: 'ChangePolicy', examples: [{ pinHistoryLength: 6, reason: 'Decision of the risk board' }] });

/** The policy of all services of this database, and of all tenants. */
@Zone('operators')
@Controller('v1/admin/policy')
export class PolicyController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly powers: Powers,
    private readonly changing: ChangingPolicy,
  ) {}

  @Operation('Read the policy and its history', { 200: policyHistoryAnswer })
  @Get()
  @RequireScope('ops:read', 'ops:policy')
  async read() {
    const versions = await outsideTransaction(() =>
      readPolicyHistory(this.dataSource.manager, VERSIONS_SHOWN),
    );
    return historyView(versions);
  }

  @Operation('Change the policy', { 200: policyAnswer, 202: approvalRequested })
  @Post()
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:policy')
  @UseInterceptors(AnsweredInterceptor)
  async change(
    @Context() makeContext: MakeContext,
    @Body({ schema: changePolicySchema }) { reason: why, ...content }: z.infer<typeof changePolicySchema>,
  ) {
    const context = await makeContext();
    const change = () => this.changing.execute(context, content, why);
    return await this.powers.alone(change, context, { kind: 'policy-change', content, reason: why });
  }
}
