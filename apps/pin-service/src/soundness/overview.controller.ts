import { Controller, Get, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readActivity } from '#libs/alarms';
import { outsideTransaction } from '#libs/database';
import { Caller } from '../edge/requests/handlers.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { activityAnswer, activitySchema, activityView, type ActivityQuery } from './activity-schemas.js';
import { Soundness } from './soundness.js';
import { soundnessAnswer, soundnessSchema, type SoundnessQuery } from './soundness-schemas.js';

/** What an operator asks first: is everything sound, and what happened? */
@Zone('operators')
@Controller('v1/admin')
@RequireScope('ops:read')
export class OverviewController {
  constructor(
    private readonly soundness: Soundness,
    private readonly dataSource: DataSource,
  ) {}

  @Operation('Whether everything is sound', { 200: soundnessAnswer })
  @Get('soundness')
  async sound(
    @Caller() { tenantId }: Caller,
    @Query({ schema: soundnessSchema }) { dueWithinDays }: SoundnessQuery,
  ) {
    return await this.soundness.read(tenantId, dueWithinDays);
  }

  @Operation('What happened, by the hour', { 200: activityAnswer })
  @Get('activity')
  async activity(
    @Caller() { tenantId }: Caller,
    @Query({ schema: activitySchema }) { hours }: ActivityQuery,
  ) {
    return activityView(
      await outsideTransaction(() => readActivity(this.dataSource.manager, tenantId, hours)),
    );
  }
}
