import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ChangingPolicy } from './changing-policy.js';
import { PolicyInForce } from './policy-in-force.js';
import { PolicyKeeper } from './policy-keeper.js';
import { PolicyController } from './policy.controller.js';

/** The policy of the database: known to all, changed by those who may. */
@Global()
@Module({})
export class PolicyModule {
  static with(policy: PolicyInForce): DynamicModule {
    return {
      module: PolicyModule,
      controllers: [PolicyController],
      providers: [{ provide: PolicyInForce, useValue: policy }, PolicyKeeper, ChangingPolicy],
      exports: [PolicyInForce],
    };
  }
}
