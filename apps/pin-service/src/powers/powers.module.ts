import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Approvals } from '#libs/approvals';
import { ClientRegistry } from '#libs/api-clients';
import { WebhookEndpoints } from '#libs/webhooks';
import { approvalsOf } from '../config/approvals.js';
import type { Settings } from '../config/schema.js';
import { ClientCreation } from './client-creation.js';
import { EndpointCreation } from './endpoint-creation.js';
import { EndpointRotation } from './endpoint-rotation.js';
import { Powers } from './powers.js';
import { SecretRotation } from './secret-rotation.js';

/** Whatever makes power, for the controllers that are asked for it. */
@Module({})
export class PowersModule {
  static with(settings: Settings, webhooks: DynamicModule): DynamicModule {
    return {
      module: PowersModule,
      global: true,
      imports: [webhooks],
      providers: [
        {
          provide: Approvals,
          inject: [DataSource, ClientRegistry, WebhookEndpoints],
          useFactory: (dataSource: DataSource, clients: ClientRegistry, endpoints: WebhookEndpoints) =>
            new Approvals(dataSource, [
              new ClientCreation(clients),
              new SecretRotation(clients),
              new EndpointCreation(endpoints),
              new EndpointRotation(endpoints),
            ]),
        },
        {
          provide: Powers,
          inject: [Approvals],
          useFactory: (approvals: Approvals) => new Powers(approvalsOf(settings), approvals),
        },
      ],
      exports: [Approvals, Powers],
    };
  }
}
