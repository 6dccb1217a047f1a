import { hostname } from 'node:os';
import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { PinHsm } from '#libs/hsm';
import { VERSION } from '#libs/program-files';
import { AbandonedEvaluationsSweeper } from './abandoned-evaluations.sweeper.js';
import { AuditModule } from './audit/audit.module.js';
import { AdminCardsController } from './admin/admin-cards.controller.js';
import { ApprovalsController } from './admin/approvals.controller.js';
import { BrakesController } from './brakes/brakes.controller.js';
import { CardImportsModule } from './card-imports/card-imports.module.js';
import { CardVaultModule } from './card-vault/card-vault.module.js';
import { ChipCommandsController } from './cards/chip-commands.controller.js';
import { CardsController } from './cards/cards.controller.js';
import { AdminClientsController } from './clients/admin-clients.controller.js';
import { ChangingClient } from './clients/changing-client.js';
import { ClientDemandsController } from './clients/client-demands.controller.js';
import { ClientKeysController } from './clients/client-keys.controller.js';
import { ClientsModule } from './clients/clients.module.js';
import { PersonsController } from './clients/persons.controller.js';
import { ConsoleModule } from './console/console.module.js';
import { Deciding } from './admin/deciding.js';
import { PowersModule } from './powers/powers.module.js';
import { OwnKeys } from './clients/own-keys.js';
import { OwnKeysController } from './clients/own-keys.controller.js';
import { OwnSecret } from './clients/own-secret.js';
import { OwnSecretController } from './clients/own-secret.controller.js';
import { SecretAgeWatch } from './clients/secret-age.watch.js';
import type { Settings } from './config/schema.js';
import { EdgeModule } from './edge/edge.module.js';
import { DatabaseHealth } from './health/database-health.js';
import { Degradations } from './health/degradations.js';
import { HealthController } from './health/health.controller.js';
import { HsmWatch } from './health/hsm-watch.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { HousekeepingGauges } from './metrics/housekeeping-gauges.js';
import { ResourceGauges } from './metrics/resource-gauges.js';
import { ApiDocumentsModule } from './openapi/api-documents.module.js';
import { Counters } from './edge/rate-limits/counters.js';
import { OtpModule } from './otp/otp.module.js';
import { UnreadableEnvelopes, WeakPinRefusals } from './pins/refusal-budgets.js';
import { AlarmsModule } from './alarms/alarms.module.js';
import { IncidentsModule } from './incidents/incidents.module.js';
import { KeyKeeper } from './key-keeper.js';
import { PartitionKeeper } from './partition-keeper.js';
import { PinKeysController, SignedPinKeys } from './pins/pin-keys.controller.js';
import { ChangingPolicy } from './policy/changing-policy.js';
import { KeysController } from './keys/keys.controller.js';
import { PolicyController } from './policy/policy.controller.js';
import { PolicyKeeper } from './policy/policy-keeper.js';
import { PinModule } from './pin.module.js';
import { PinsController } from './pins/pins.controller.js';
import { given, provide } from './provide.js';
import { ResourcesModule, type Resources } from './resources.module.js';
import { sandboxCodes } from './sandbox/references.js';
import { SandboxModule } from './sandbox/sandbox.module.js';
import { AskedChecks } from './soundness/asked-checks.js';
import { Due } from './soundness/due.js';
import { OverviewController } from './soundness/overview.controller.js';
import { OwnChecks } from './soundness/own-checks.js';
import { SetUp } from './soundness/set-up.js';
import { Soundness } from './soundness/soundness.js';
import { TokensModule } from './tokens/tokens.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

@Module({})
export class AppModule {
  static with(settings: Settings, resources: Resources): DynamicModule {
    // One instance of each: Nest distinguishes dynamic modules by their identity.
    const otp = OtpModule.with(settings, settings.SANDBOX ? sandboxCodes : undefined);
    const webhooks = WebhooksModule.with(settings);
    const vault = CardVaultModule.with(otp);
    const pin = PinModule.with(resources.policy.pinPolicy(), [otp, vault]);
    return {
      module: AppModule,
      imports: [
        ScheduleModule.forRoot(),
        ResourcesModule.with(resources),
        AuditModule.with(settings),
        ClientsModule.with(settings, resources.policy),
        EdgeModule.with(settings),
        TokensModule.with(settings),
        otp,
        vault,
        pin,
        CardImportsModule.with(settings, vault),
        webhooks,
        PowersModule.with(webhooks),
        IncidentsModule.with(settings),
        AlarmsModule,
        ApiDocumentsModule.with(settings),
        ...(settings.CONSOLE_URL === undefined ? [] : [ConsoleModule.with(settings)]),
        ...(settings.SANDBOX ? [SandboxModule.with([pin, otp])] : []),
      ],
      controllers: [
        PinsController,
        PinKeysController,
        CardsController,
        ChipCommandsController,
        AdminCardsController,
        ApprovalsController,
        AdminClientsController,
        PersonsController,
        OwnSecretController,
        ClientKeysController,
        ClientDemandsController,
        OwnKeysController,
        HealthController,
        MetricsController,
        PolicyController,
        KeysController,
        BrakesController,
        OverviewController,
      ],
      providers: [
        provide(UnreadableEnvelopes, [
          Counters,
          given({
            perCard: settings.UNREADABLE_ENVELOPES_PER_CARD_AND_MINUTE,
            perClient: settings.UNREADABLE_ENVELOPES_PER_CLIENT_AND_MINUTE,
          }),
        ]),
        provide(WeakPinRefusals, [
          Counters,
          given({
            perCard: settings.WEAK_PINS_PER_CARD_AND_MINUTE,
            perClient: settings.WEAK_PINS_PER_CLIENT_AND_MINUTE,
          }),
        ]),
        DatabaseHealth,
        HsmWatch,
        Degradations,
        provide(SetUp, [given(settings)]),
        OwnChecks,
        AskedChecks,
        Due,
        Soundness,
        SignedPinKeys,
        OwnSecret,
        OwnKeys,
        ChangingClient,
        Deciding,
        AbandonedEvaluationsSweeper,
        provide(KeyKeeper, [
          PinHsm,
          DataSource,
          SchedulerRegistry,
          given(settings.HSM_KEY_REFRESH_MS),
          given(() => ({
            host: hostname(),
            version: VERSION,
            policyVersion: resources.policy.version === 0 ? null : resources.policy.version,
          })),
        ]),
        PartitionKeeper,
        SecretAgeWatch,
        ResourceGauges,
        HousekeepingGauges,
        PolicyKeeper,
        ChangingPolicy,
      ],
    };
  }
}
