import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Brakes } from '#libs/brakes';
import { BrakesController } from './brakes.controller.js';

/** What operators stop in an emergency, and let go again. */
@Global()
@Module({
  controllers: [BrakesController],
  providers: [
    {
      provide: Brakes,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new Brakes(dataSource),
    },
  ],
  exports: [Brakes],
})
export class BrakesModule {}
