import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PinHsm } from '#libs/hsm';
import { PublicAddresses } from '#libs/outbound-https';
import {
  DeliverWebhooks,
  DeliveryJobs,
  RelayEvents,
  SendTestEvent,
  WebhookDeliveries,
  WebhookEndpoints,
} from '#libs/webhooks';
import { CallLines } from '../audit/call-lines.js';
import type { Settings } from '../config/schema.js';
import { webhookPorts } from '../config/defaults.js';
import { CountedFaults } from '../logging/counted-faults.js';
import { errorFields } from '../logging/log-record.js';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { given, provide } from '../provide.js';
import { DeliveryFailures } from './delivery-failures.js';
import { DeliveryHealth } from './delivery-health.js';
import { PowerfulEndpoints, SourceAddresses } from './powerful-endpoints.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookTestLimit } from './webhook-test-limit.js';
import { WebhookWorker } from './webhook-worker.js';

const now = () => new Date();

/** Events on their way to the endpoints that want them. */
@Module({})
export class WebhooksModule {
  static with(settings: Settings): DynamicModule {
    const logger = new Logger('Webhooks');
    const addresses = new PublicAddresses(settings.WEBHOOK_ALLOWED_RANGES);
    // Codes go to the development outbox, which replaces the issuer's message gateway.
    const codesElsewhere = settings.DEVELOPMENT_OUTBOX_FILE !== undefined;
    const ports = webhookPorts(settings);
    const ca = settings.WEBHOOK_CA_FILE;
    const receiver = {
      addresses,
      timeoutMs: settings.WEBHOOK_TIMEOUT_MS,
      ca: ca === undefined ? undefined : readFileSync(ca, 'utf8'),
    };
    const policy = {
      hours: settings.WEBHOOK_RETRY_HOURS,
      pauseAfterHours: settings.WEBHOOK_PAUSE_AFTER_HOURS,
      guideHeader: settings.WEBHOOK_SIGNATURE_HEADER,
    };
    return {
      module: WebhooksModule,
      controllers: [WebhookEndpointsController],
      exports: [WebhookEndpoints, DeliveryHealth],
      providers: [
        PowerfulEndpoints,
        DeliveryFailures,
        DeliveryHealth,
        { provide: SourceAddresses, useValue: new SourceAddresses(settings.WEBHOOK_SOURCE_ADDRESSES) },
        provide(DeliveryJobs, [Log], (log) => deliveryJobs(settings, CountedFaults.telling(log))),
        provide(RelayEvents, [DataSource, DeliveryJobs, given(codesElsewhere)]),
        provide(
          DeliverWebhooks,
          [DataSource, PinHsm, DeliveryJobs, CallLines, Metrics, DeliveryFailures],
          (dataSource, hsm, jobs, lines, metrics, failures) =>
            new DeliverWebhooks({
              dataSource,
              hsm,
              jobs,
              receiver,
              policy,
              now,
              onUndelivered: (undelivered) => failures.tell(undelivered),
              onPaused: (endpoint) => void reportPause(logger, lines, metrics, endpoint),
            }),
        ),
        provide(
          WebhookEndpoints,
          [DataSource, PinHsm],
          (dataSource, hsm) =>
            new WebhookEndpoints({
              dataSource,
              hsm,
              addresses,
              ports,
              now,
              endpointLimit: settings.WEBHOOK_ENDPOINTS_PER_TENANT,
              secretOverlapHours: settings.WEBHOOK_SECRET_OVERLAP_HOURS,
            }),
        ),
        provide(WebhookDeliveries, [DataSource, DeliveryJobs]),
        provide(SendTestEvent, [DataSource, DeliveryJobs, given(now)]),
        WebhookTestLimit,
        provide(WebhookWorker, [
          DataSource,
          DeliveryJobs,
          RelayEvents,
          DeliverWebhooks,
          DeliveryFailures,
          given({ retentionDays: settings.WEBHOOK_RETENTION_DAYS, ports }),
        ]),
      ],
    };
  }
}

function deliveryJobs(settings: Settings, faults: CountedFaults): DeliveryJobs {
  const message = 'the job queue has a fault; it goes on by itself';
  return new DeliveryJobs({ connectionString: settings.DATABASE_URL.reveal() }, (fault) => {
    const { error, cause, frames } = errorFields(fault);
    const same = { message, context: 'Webhooks', ...(error === undefined ? {} : { error }) };
    faults.tellOf(
      'warn',
      cause === undefined ? same : { ...same, cause },
      frames === undefined ? {} : { frames },
    );
  });
}

/** Reports it in the log, in the metrics and in the tenant's audit trail. */
async function reportPause(
  logger: Logger,
  lines: CallLines,
  metrics: Metrics,
  { tenantId, endpointId }: { readonly tenantId: string; readonly endpointId: string },
): Promise<void> {
  logger.warn(`webhook endpoint ${endpointId} takes nothing and is paused`);
  metrics.countPausedEndpoint();
  await lines
    .appendOwn({
      tenantId,
      action: 'webhook.pause',
      result: 'paused',
      requestId: randomUUID(),
      details: { endpointId },
    })
    .catch((fault: unknown) => logger.warn('the pause of a webhook endpoint could not be recorded', fault));
}
