import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { AbandonedEvaluationsSweeper } from './abandoned-evaluations.sweeper.js';
import { AdminCardsController } from './admin/admin-cards.controller.js';
import { CardsController } from './cards/cards.controller.js';
import { AdminClientsController } from './clients/admin-clients.controller.js';
import { ClientsModule } from './clients/clients.module.js';
import { OwnSecretController } from './clients/own-secret.controller.js';
import { SecretAgeWatch } from './clients/secret-age.watch.js';
import type { Settings } from './config/schema.js';
import { AccessTokenGuard } from './edge/authentication/access-token.guard.js';
import { TokenVerifier } from './edge/authentication/token-verifier.js';
import { RequestContexts } from './edge/requests/request-contexts.js';
import { RequestFingerprints } from './edge/requests/request-fingerprints.js';
import { DatabaseHealth } from './health/database-health.js';
import { HealthController } from './health/health.controller.js';
import { PartitionKeeper } from './partition-keeper.js';
import { PinKeysController } from './pin-keys/pin-keys.controller.js';
import { PinModule } from './pin.module.js';
import { PinsController } from './pins/pins.controller.js';
import { ResourcesModule, type Resources } from './resources.module.js';

@Module({})
export class AppModule {
  static with(settings: Settings, resources: Resources): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ScheduleModule.forRoot(),
        ResourcesModule.with(resources),
        PinModule.with(settings),
        ClientsModule.with(settings),
      ],
      controllers: [
        PinsController,
        PinKeysController,
        CardsController,
        AdminCardsController,
        AdminClientsController,
        OwnSecretController,
        HealthController,
      ],
      providers: [
        { provide: TokenVerifier, useFactory: () => TokenVerifier.fromFile(settings) },
        { provide: APP_GUARD, useClass: AccessTokenGuard },
        RequestContexts,
        RequestFingerprints,
        DatabaseHealth,
        AbandonedEvaluationsSweeper,
        PartitionKeeper,
        SecretAgeWatch,
      ],
    };
  }
}
