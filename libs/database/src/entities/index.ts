import { ApprovalEntity } from './approval.entity.js';
import { ApiClientEntity } from './api-client.entity.js';
import { AuditEventEntity } from './audit-event.entity.js';
import { CardImportEntity } from './card-import.entity.js';
import { CardImportLineEntity } from './card-import-line.entity.js';
import { CardDataEntity } from './card-data.entity.js';
import { CardEntity } from './card.entity.js';
import { ChipCommandEntity } from './chip-command.entity.js';
import { ClientDemandEntity } from './client-demand.entity.js';
import { ClientKeyEntity } from './client-key.entity.js';
import { ClientSecretEntity } from './client-secret.entity.js';
import { ConsoleSessionEntity } from './console-session.entity.js';
import { HsmKeyEntity } from './hsm-key.entity.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';
import { OneTimePasswordEntity } from './one-time-password.entity.js';
import { OutboxEventEntity } from './outbox-event.entity.js';
import { PersonEntity } from './person.entity.js';
import { PinEnvelopeEntity } from './pin-envelope.entity.js';
import { PinHistoryEntity } from './pin-history.entity.js';
import { SpentProofEntity } from './spent-proof.entity.js';
import { TenantEntity } from './tenant.entity.js';
import { UnlockApprovalEntity } from './unlock-approval.entity.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { WebhookSecretEntity } from './webhook-secret.entity.js';

export type { ApprovalKind } from './approval.entity.js';
export type { DeliveryStatus } from './webhook-delivery.entity.js';
export {
  ApiClientEntity,
  ApprovalEntity,
  AuditEventEntity,
  CardDataEntity,
  CardEntity,
  ChipCommandEntity,
  CardImportEntity,
  CardImportLineEntity,
  ClientDemandEntity,
  ClientKeyEntity,
  ClientSecretEntity,
  HsmKeyEntity,
  IdempotencyRecordEntity,
  OneTimePasswordEntity,
  OutboxEventEntity,
  PersonEntity,
  PinEnvelopeEntity,
  PinHistoryEntity,
  TenantEntity,
  UnlockApprovalEntity,
  WebhookDeliveryEntity,
  WebhookEndpointEntity,
  WebhookSecretEntity,
};

export const ENTITIES = [
  TenantEntity,
  ApiClientEntity,
  ClientSecretEntity,
  CardEntity,
  PinHistoryEntity,
  IdempotencyRecordEntity,
  PinEnvelopeEntity,
  AuditEventEntity,
  OutboxEventEntity,
  HsmKeyEntity,
  UnlockApprovalEntity,
  OneTimePasswordEntity,
  CardDataEntity,
  WebhookEndpointEntity,
  WebhookSecretEntity,
  WebhookDeliveryEntity,
  PersonEntity,
  ApprovalEntity,
  ChipCommandEntity,
  CardImportEntity,
  CardImportLineEntity,
  ClientKeyEntity,
  ClientDemandEntity,
  SpentProofEntity,
  ConsoleSessionEntity,
];
