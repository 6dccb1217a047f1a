import { Body, Controller, Get, HttpCode, HttpStatus, Post, UseInterceptors } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { outsideTransaction } from '#libs/database';
import { readPolicyHistory } from '#libs/policy';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { Context, type MakeContext } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { Powers } from '../powers/powers.js';
import { ChangingPolicy } from './changing-policy.js';
import { changePolicySchema, type ChangePolicyBody } from './policy-schemas.js';
import { historyView } from './policy-view.js';

const VERSIONS_SHOWN = 50;

/** The policy of all services of this database, and of all tenants. */
@Zone('operators')
@Controller('v1/admin/policy')
export class PolicyController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly powers: Powers,
    private readonly changing: ChangingPolicy,
  ) {}

  @Get()
  @RequireScope('ops:read', 'ops:policy')
  async read() {
    const versions = await outsideTransaction(() =>
      readPolicyHistory(this.dataSource.manager, VERSIONS_SHOWN),
    );
    return historyView(versions);
  }

  @Post()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:policy')
  @UseInterceptors(AnsweredInterceptor)
  async change(
    @Context() makeContext: MakeContext,
    @Body({ schema: changePolicySchema }) { reason, ...content }: ChangePolicyBody,
  ) {
    const context = await makeContext();
    const change = () => this.changing.execute(context, content, reason);
    return await this.powers.alone(change, context, { kind: 'policy-change', content, reason });
  }
}
