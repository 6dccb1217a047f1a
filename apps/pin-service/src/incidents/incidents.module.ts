import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KeepCheckpoints } from '#libs/audit';
import { PinHsm } from '#libs/hsm';
import { IncidentWork } from '#libs/incidents';
import type { Settings } from '../config/schema.js';
import { PolicyInForce } from '../policy/policy-in-force.js';
import { Powers } from '../powers/powers.js';
import { given, provide } from '../provide.js';
import { Incidents } from './incidents.js';
import { IncidentsController } from './incidents.controller.js';
import { IncidentsWorker } from './incidents.worker.js';

/** Cards that one bad release has locked, restored together. */
@Module({})
export class IncidentsModule {
  static with({ AUDIT_ORIGIN: origin }: Settings): DynamicModule {
    return {
      module: IncidentsModule,
      controllers: [IncidentsController],
      providers: [
        provide(
          IncidentWork,
          [DataSource, PolicyInForce, KeepCheckpoints],
          (dataSource, policy, checkpoints) =>
            new IncidentWork(
              dataSource,
              () => limitsOf(policy),
              () => checkpoints.trouble !== null,
            ),
        ),
        provide(Incidents, [DataSource, PinHsm, IncidentWork, Powers, given(origin)]),
        IncidentsWorker,
      ],
    };
  }
}

function limitsOf({ current }: PolicyInForce) {
  return { maxTries: current.pinMaxTries, maxFailures: current.pinMaxFailuresWithoutSuccess };
}
