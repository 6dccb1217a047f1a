import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Approvals } from '#libs/approvals';
import { Brakes } from '#libs/brakes';
import { ClientRegistry } from '#libs/api-clients';
import { WebhookEndpoints } from '#libs/webhooks';
import { BrakeRelease } from '../brakes/brake-release.js';
import { PolicyChange } from '../policy/policy-change.js';
import { provide } from '../provide.js';
import { ClientCreation } from './client-creation.js';
import { EndpointCreation } from './endpoint-creation.js';
import { EndpointRotation } from './endpoint-rotation.js';
import { Powers } from './powers.js';
import { SecretRotation } from './secret-rotation.js';

/** Whatever makes power, for the controllers that are asked for it. */
@Module({})
export class PowersModule {
  static with(webhooks: DynamicModule): DynamicModule {
    return {
      module: PowersModule,
      global: true,
      imports: [webhooks],
      providers: [
        provide(
          Approvals,
          [DataSource, ClientRegistry, WebhookEndpoints, Brakes],
          (dataSource, clients, endpoints, brakes) =>
            new Approvals(dataSource, [
              new ClientCreation(clients),
              new SecretRotation(clients),
              new EndpointCreation(endpoints),
              new EndpointRotation(endpoints),
              new PolicyChange(),
              new BrakeRelease(brakes),
            ]),
        ),
        provide(Powers, [DataSource, Approvals]),
        provide(Brakes, [DataSource]),
      ],
      exports: [Approvals, Powers, Brakes],
    };
  }
}
