import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DetectAlarms, PauseClients } from '#libs/alarms';
import { provide } from '../provide.js';
import { AlarmsController } from './alarms.controller.js';
import { AlarmsWorker } from './alarms.worker.js';

/** Finds guessing by client and tenant, and pauses clients (docs/alarms.md). */
@Global()
@Module({
  controllers: [AlarmsController],
  providers: [provide(DetectAlarms, [DataSource]), provide(PauseClients, [DataSource]), AlarmsWorker],
  exports: [AlarmsWorker],
})
export class AlarmsModule {}
