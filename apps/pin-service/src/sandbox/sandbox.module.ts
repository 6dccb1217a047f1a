import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { TrailGuard } from '../brakes/brake.guard.js';
import { ForcedOutcomes, markAnswers } from './forced-outcomes.interceptor.js';
import { PreparedCards } from './prepared-cards.interceptor.js';
import { SandboxCards } from './sandbox-cards.js';
import { SandboxController } from './sandbox.controller.js';

/** For tests of callers, without a cardholder (docs/sandbox.md). There only while SANDBOX is on, and never in production. */
@Module({})
export class SandboxModule {
  /** Before any route is registered: its hooks are taken then. */
  constructor(host: HttpAdapterHost) {
    markAnswers(host.httpAdapter.getInstance<FastifyInstance>());
    new Logger('Sandbox').warn('the sandbox is on: its cards have a PIN and codes that everybody knows');
  }

  /** @param imports what brings the use cases */
  static with(imports: DynamicModule[]): DynamicModule {
    return {
      module: SandboxModule,
      imports,
      controllers: [SandboxController],
      providers: [
        SandboxCards,
        TrailGuard,
        { provide: APP_INTERCEPTOR, useClass: ForcedOutcomes },
        { provide: APP_INTERCEPTOR, useClass: PreparedCards },
      ],
    };
  }
}
