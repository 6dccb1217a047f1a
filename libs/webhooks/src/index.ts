export { DeliverWebhooks, type Undelivered } from './deliver-webhooks.js';
export { DeliveryJobs } from './delivery-jobs.js';
export { DeliveryLane, type DeliveryLaneParts } from './delivery-lane.js';
export { EVENT_TYPES, LANES, type EventType, type Lane } from './event-types.js';
export { endpointsOnOtherPorts } from './endpoints-elsewhere.js';
export { deadDeliveries, deliveryState, type DeliveryState } from './failing-endpoints.js';
export {
  handOverSeconds,
  oldSigningSecrets,
  PATIENCE_SECONDS,
  tenantDeliveries,
} from './tenant-deliveries.js';
export { purgeEvents } from './purge-events.js';
export { SendTestEvent } from './send-test-event.js';
export { RelayEvents } from './relay-events.js';
export { deliveryView, WebhookDeliveries } from './webhook-deliveries.js';
export {
  carriesCodes,
  endpointView,
  type EndpointWithSecret,
  type WebhookEndpoint,
} from './webhook-endpoint.js';
export { WebhookEndpoints, type WebhookEndpointsParts } from './webhook-endpoints.js';
export type { FreshSecret } from './webhook-secret.js';
export { resealWebhookSecrets } from './reseal-secrets.js';
