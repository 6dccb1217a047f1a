import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Brakes } from '#libs/brakes';
import { provide } from '../provide.js';
import { BrakesController } from './brakes.controller.js';

/** What operators stop in an emergency, and let go again. */
@Global()
@Module({
  controllers: [BrakesController],
  providers: [provide(Brakes, [DataSource])],
  exports: [Brakes],
})
export class BrakesModule {}
