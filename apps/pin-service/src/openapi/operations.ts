import type { z } from 'zod';
import * as schemas from './answer-schemas.js';

/** What a reader of the API document learns of an operation, besides what the code says itself. */
export interface Operation {
  readonly summary: string;
  /** Body of each success, by status; null where it is no JSON. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
}

const operation = (summary: string, answers: Operation['answers']): Operation => ({ summary, answers });

/** By handler. A handler without an entry keeps the document from being made. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'TokensController.issue': operation('Issue an access token (RFC 6749)', { 200: schemas.accessToken }),
  'JwksController.keys': operation('Public keys of access tokens', { 200: schemas.jwks }),
  'OwnSecretController.rotate': operation('Change the own secret', { 201: schemas.clientWithSecret }),

  'PinKeysController.list': operation('Keys to encrypt PINs with', { 200: schemas.pinKeys }),
  'CardsController.register': operation('Register a card', { 201: schemas.card, 200: schemas.card }),
  'CardsController.close': operation('Close a card for good', { 200: schemas.card }),
  'OtpsController.issue': operation('Issue a one-time password', { 202: schemas.otpIssued }),
  'RevealController.reveal': operation('Reveal the card data, encrypted to a key of the caller', {
    200: schemas.cardRevealed,
  }),
  'CardsController.read': operation('Read a card', { 200: schemas.card }),
  'CardsController.find': operation('Find a card by its reference', { 200: schemas.card }),
  'PinsController.set': operation('Set the first PIN', { 201: schemas.pinActive }),
  'PinsController.validate': operation('Validate a PIN: look at `verified`, not at the status', {
    200: schemas.pinValidated,
  }),
  'PinsController.change': operation('Change the PIN', { 200: schemas.pinChanged }),

  'PinsController.reset': operation('Reset a forgotten PIN', { 200: schemas.pinActive }),

  'AdminCardsController.list': operation('List cards', { 200: schemas.operatorCards }),
  'AdminCardsController.read': operation('Read a card', { 200: schemas.operatorCard }),
  'AdminCardsController.unlock': operation('Unlock a card', {
    200: schemas.pinActive,
    202: schemas.approvalRequested,
  }),
  'ApprovalsController.list': operation('List what takes two persons', { 200: schemas.approvals }),
  'ApprovalsController.read': operation('Read what another person asks for', { 200: schemas.approval }),
  'ApprovalsController.approve': operation('Approve it', { 200: schemas.approved }),
  'ApprovalsController.reject': operation('Reject or withdraw it', { 200: schemas.rejected }),
  'ApprovalsController.collect': operation('Collect the secret that came of it, once', {
    201: schemas.collected,
  }),
  'PersonsController.register': operation('Register a person', { 201: schemas.person }),
  'PersonsController.list': operation('List persons', { 200: schemas.persons }),
  'PersonsController.revoke': operation('Revoke a person', { 200: schemas.person }),
  'AdminClientsController.create': operation('Register a client', {
    201: schemas.clientWithSecret,
    202: schemas.approvalRequested,
  }),
  'AdminClientsController.list': operation('List clients', { 200: schemas.clients }),
  'AdminClientsController.read': operation('Read a client', { 200: schemas.client }),
  'AdminClientsController.revoke': operation('Revoke a client', { 200: schemas.client }),
  'AdminClientsController.rotateSecret': operation("Change a client's secret", {
    201: schemas.clientWithSecret,
    202: schemas.approvalRequested,
  }),

  'BrakesController.list': operation('List what is stopped', { 200: schemas.brakes }),
  'BrakesController.pull': operation('Stop a client, a card, an operation or everything', {
    200: schemas.brake,
  }),
  'BrakesController.release': operation('Let it go again', {
    200: schemas.brake,
    202: schemas.approvalRequested,
  }),
  'PolicyController.read': operation('Read the policy and its history', { 200: schemas.policyVersions }),
  'PolicyController.change': operation('Change the policy', {
    200: schemas.policyVersion,
    202: schemas.approvalRequested,
  }),

  'AdminAuditController.list': operation('List audit events', { 200: schemas.auditEvents }),
  'AdminAuditController.checkpoint': operation('Newest signed tree head', { 200: schemas.auditCheckpoint }),
  'AdminAuditController.inclusion': operation('Proof that an event is in the trail', {
    200: schemas.inclusionProof,
  }),
  'AdminAuditController.consistency': operation('Proof that the trail only grew', {
    200: schemas.consistencyProof,
  }),

  'WebhookEndpointsController.create': operation('Register a webhook endpoint', {
    201: schemas.webhookEndpointWithSecret,
    202: schemas.approvalRequested,
  }),
  'WebhookEndpointsController.list': operation('List webhook endpoints', { 200: schemas.webhookEndpoints }),
  'WebhookEndpointsController.read': operation('Read a webhook endpoint', {
    200: schemas.ownWebhookEndpoint,
  }),
  'WebhookEndpointsController.remove': operation('Delete a webhook endpoint', {
    200: schemas.webhookEndpointDeleted,
  }),
  'WebhookEndpointsController.rotateSecret': operation("Change a webhook endpoint's secret", {
    201: schemas.webhookEndpointWithSecret,
    202: schemas.approvalRequested,
  }),
  'WebhookEndpointsController.resume': operation('Resume a paused webhook endpoint', {
    200: schemas.webhookEndpoint,
  }),
  'WebhookEndpointsController.listDeliveries': operation('List deliveries', {
    200: schemas.webhookDeliveries,
  }),
  'WebhookEndpointsController.redeliver': operation('Deliver once more', { 202: schemas.webhookRedelivery }),

  'HealthController.live': operation('Whether the process answers', { 200: schemas.live }),
  'HealthController.ready': operation('Whether this replica can serve', {
    200: schemas.ready,
    503: schemas.ready,
  }),
  'MetricsController.scrape': operation('Metrics in Prometheus text format', { 200: null }),
  'ApiDocumentController.document': operation('This document', { 200: null }),
  'ApiPagesController.page': operation('This document, to be read', { 200: null }),
  'ApiPagesController.asset': operation('Parts of that page', { 200: null }),
};
