import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Approvals } from '#libs/approvals';
import { Brakes } from '#libs/brakes';
import { ClientChanges, ClientDemands, ClientKeyRegistry, ClientRegistry } from '#libs/api-clients';
import { WebhookEndpoints } from '#libs/webhooks';
import { BrakeRelease } from '../brakes/brake-release.js';
import { IncidentRestoration } from '../incidents/incident-restoration.js';
import { DemandChange } from '../clients/demand-change.js';
import { PolicyChange } from '../policy/policy-change.js';
import { provide } from '../provide.js';
import { ClientAlteration } from './client-alteration.js';
import { ClientCreation } from './client-creation.js';
import { EndpointCreation } from './endpoint-creation.js';
import { EndpointRotation } from './endpoint-rotation.js';
import { KeyRotation } from './key-rotation.js';
import { Powers } from './powers.js';
import { SecretRotation } from './secret-rotation.js';

/** The changes that make power, for their controllers. */
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
          [
            DataSource,
            ClientRegistry,
            ClientKeyRegistry,
            ClientChanges,
            ClientDemands,
            WebhookEndpoints,
            Brakes,
          ],
          (dataSource, clients, keys, changes, demands, endpoints, brakes) =>
            new Approvals(dataSource, [
              new ClientCreation(clients, keys),
              new SecretRotation(clients),
              new KeyRotation(clients, keys),
              new ClientAlteration(changes),
              new DemandChange(demands),
              new EndpointCreation(endpoints),
              new EndpointRotation(endpoints),
              new PolicyChange(),
              new BrakeRelease(brakes),
              new IncidentRestoration(),
            ]),
        ),
        provide(Powers, [DataSource, Approvals]),
        provide(Brakes, [DataSource]),
      ],
      exports: [Approvals, Powers, Brakes],
    };
  }
}
