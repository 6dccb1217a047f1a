import { Controller, Get, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { alarmView, findAlarms } from '#libs/alarms';
import { outsideTransaction } from '#libs/database';
import { Caller } from '../edge/requests/handlers.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { alarmsAnswer, listAlarmsSchema, type ListAlarmsQuery } from './alarm-schemas.js';

/** Alarms of guessing in the caller's own tenant. They raise and end themselves; a pause is released as a brake. */
@Zone('operators')
@Controller('v1/admin/alarms')
export class AlarmsController {
  constructor(private readonly dataSource: DataSource) {}

  @Operation('List alarms of guessing', { 200: alarmsAnswer })
  @Get()
  @RequireScope('ops:read', 'ops:brakes')
  async list(@Caller() { tenantId }: Caller, @Query({ schema: listAlarmsSchema }) query: ListAlarmsQuery) {
    const { items, nextCursor } = await outsideTransaction(() =>
      findAlarms(this.dataSource.manager, tenantId, query),
    );
    return { items: items.map((alarm) => alarmView(alarm)), nextCursor };
  }
}
