import type { z } from 'zod';
import type { PinwardClient } from '#libs/client/backend';
import type { PinwardOperations } from '#libs/client/operators';
import type { registerCardSchema } from '#libs/sent-json';
import type { approvalAnswer, approvalRequested } from '../../apps/pin-service/src/admin/approval-view.js';
import type * as audit from '../../apps/pin-service/src/audit/audit-schemas.js';
import type * as auditSearch from '../../apps/pin-service/src/audit/search-schemas.js';
import type * as alarms from '../../apps/pin-service/src/alarms/alarm-schemas.js';
import type * as brakes from '../../apps/pin-service/src/brakes/brake-schemas.js';
import type * as cardBodies from '../../apps/pin-service/src/cards/card-schemas.js';
import type * as cards from '../../apps/pin-service/src/cards/card-view.js';
import type * as imports from '../../apps/pin-service/src/card-imports/import-schemas.js';
import type * as chips from '../../apps/pin-service/src/cards/chip-commands.controller.js';
import type * as clientBodies from '../../apps/pin-service/src/clients/client-schemas.js';
import type * as clients from '../../apps/pin-service/src/clients/client-view.js';
import type * as incidents from '../../apps/pin-service/src/incidents/incident-schemas.js';
import type * as keys from '../../apps/pin-service/src/keys/key-schemas.js';
import type * as demands from '../../apps/pin-service/src/clients/demand-schemas.js';
import type { issueOtpSchema } from '../../apps/pin-service/src/otp/otp-schemas.js';
import type * as pins from '../../apps/pin-service/src/pins/pin-schemas.js';
import type * as webhooks from '../../apps/pin-service/src/webhooks/webhook-schemas.js';

// The client's types against the schemas that the service takes bodies by and documents its answers by. The compiler does
// the work (npm run check): a member that one side lacks, or another type, does not compile.

type Backend = PinwardClient;
type Operators = PinwardOperations;

type Frozen<T> = T extends object ? { readonly [Member in keyof T]: Frozen<T[Member]> } : T;
type Method = (input: never, ...rest: never[]) => Promise<unknown>;

/** What a method brings, of one outcome where there are several, without the word for it. */
type Brings<Call extends Method, Outcome extends string = never> = [Outcome] extends [never]
  ? Awaited<ReturnType<Call>>
  : Omit<Extract<Awaited<ReturnType<Call>>, { readonly outcome: Outcome }>, 'outcome'>;
type Answers<Call extends Method, Schema extends z.ZodType, Outcome extends string = never> = Same<
  Brings<Call, Outcome>,
  Frozen<z.output<Schema>>
>;

/** What goes into its body or query but for ids: all that may be sent is taken, and all that is taken may be sent. */
type Members<Of> = Omit<NonNullable<Of>, `${string}Id`>;
type Sends<Call extends Method, Schema extends z.ZodType> = [Members<Parameters<Call>[0]>] extends [
  Members<Frozen<NonNullable<z.input<Schema>>>>,
]
  ? Same<keyof Members<Parameters<Call>[0]>, keyof Members<z.input<Schema>>>
  : false;

/** Each may stand for the other; and so they may where every member has to be there, or an optional one could be missing. */
type Same<A, B> = [Both<A, B>, Both<Whole<A>, Whole<B>>] extends [true, true] ? true : false;
type Both<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Whole<T> = T extends object ? { [Member in keyof T]-?: Whole<T[Member]> } : T;

type AllOf<Checks extends readonly true[]> = Checks;

/** @public Nothing uses it: it has to compile. */
export type AnswersAreThoseOfTheService = AllOf<
  [
    Answers<Backend['registerCard'], typeof cards.cardAnswer, 'REGISTERED'>,
    Answers<Backend['registerCard'], typeof cards.cardAnswer, 'KNOWN'>,
    Answers<Backend['readCard'], typeof cards.cardAnswer>,
    Answers<Backend['importCards'], typeof imports.importAnswer>,
    Answers<Backend['findCardImport'], typeof imports.importAnswer>,
    Answers<Backend['readCardImport'], typeof imports.importAnswer>,
    Answers<Backend['listImportedLines'], typeof imports.importedLinesAnswer>,
    Answers<Backend['reportChipCommand'], typeof chips.chipReported>,
    Answers<Backend['setPin'], typeof pins.pinActive, 'PIN_SET'>,
    Answers<Backend['resetPin'], typeof pins.pinActive, 'PIN_RESET'>,
    Same<
      Brings<Backend['validatePin'], 'VERIFIED'>,
      Omit<Frozen<z.output<typeof pins.pinValidated>>, 'verified' | 'lastTry'>
    >,
    Same<
      Brings<Backend['validatePin'], 'WRONG_PIN'>,
      Omit<Frozen<z.output<typeof pins.pinValidated>>, 'verified'>
    >,
    Answers<Backend['createWebhookEndpoint'], typeof webhooks.endpointWithSecretAnswer, 'CREATED'>,
    Answers<Backend['listWebhookEndpoints'], typeof webhooks.endpointsAnswer>,
    Answers<Backend['readWebhookEndpoint'], typeof webhooks.ownEndpointAnswer>,
    Answers<Backend['deleteWebhookEndpoint'], typeof webhooks.endpointDeleted>,
    Answers<Backend['resumeWebhookEndpoint'], typeof webhooks.endpointAnswer>,
    Answers<Backend['listWebhookDeliveries'], typeof webhooks.deliveriesAnswer>,
    Answers<Backend['redeliverWebhook'], typeof webhooks.pendingDeliveryAnswer>,
    Answers<Backend['testWebhookEndpoint'], typeof webhooks.pendingDeliveryAnswer>,
    Answers<Backend['rotateOwnSecret'], typeof clients.clientWithSecretAnswer>,
    Answers<Backend['rotateOwnKeys'], typeof clients.clientAnswer>,
    Same<
      Brings<Operators['readCard']>,
      Omit<Frozen<z.output<typeof cards.operatorCardAnswer>>, 'pinAccount'>
    >,
    Answers<Operators['unlockCard'], typeof approvalRequested, 'APPROVAL_REQUESTED'>,
    Answers<Operators['readApproval'], typeof approvalAnswer>,
    Answers<Operators['createClient'], typeof clients.createdClientAnswer, 'CREATED'>,
    Answers<Operators['changeClient'], typeof clients.clientAnswer, 'CHANGED'>,
    Answers<Operators['rotateClientKeys'], typeof clients.clientAnswer, 'ROTATED'>,
    Answers<Operators['withdrawClientMethod'], typeof clients.clientAnswer>,
    Answers<Operators['readClientDemands'], typeof demands.demandsAnswer>,
    Answers<Operators['changeClientDemands'], typeof demands.demandAnswer, 'CHANGED'>,
    Answers<Operators['listClients'], typeof clients.clientsAnswer>,
    Answers<Operators['listAlarms'], typeof alarms.alarmsAnswer>,
    Answers<Operators['listKeys'], typeof keys.keysAnswer>,
    Answers<Operators['pullBrake'], typeof brakes.brakeAnswer>,
    Answers<Operators['listBrakes'], typeof brakes.brakesAnswer>,
    Answers<Operators['openIncident'], typeof incidents.incidentAnswer>,
    Answers<Operators['listIncidents'], typeof incidents.incidentsAnswer>,
    Answers<Operators['readIncident'], typeof incidents.incidentAnswer>,
    Answers<Operators['listIncidentCards'], typeof incidents.incidentCardsAnswer>,
    Answers<Operators['restoreIncident'], typeof incidents.incidentAnswer, 'STARTED'>,
    Answers<Operators['incidentReport'], typeof incidents.incidentReportAnswer>,
    Answers<Operators['listAuditEvents'], typeof audit.eventsAnswer>,
    Answers<Operators['auditCheckpoint'], typeof audit.checkpointAnswer>,
    Answers<Operators['inclusionProof'], typeof audit.inclusionAnswer>,
    Answers<Operators['consistencyProof'], typeof audit.consistencyAnswer>,
  ]
>;

/** @public As above. */
export type BodiesAreThoseOfTheService = AllOf<
  [
    Sends<Backend['registerCard'], typeof registerCardSchema>,
    Sends<Backend['listImportedLines'], typeof imports.listLinesSchema>,
    Sends<Backend['findCard'], typeof cardBodies.findCardSchema>,
    Sends<Backend['reportChipCommand'], typeof chips.reportChipSchema>,
    Sends<Backend['issueOtp'], typeof issueOtpSchema>,
    Sends<Backend['setPin'], typeof pins.setPinSchema>,
    Sends<Backend['changePin'], typeof pins.changePinSchema>,
    Sends<Backend['resetPin'], typeof pins.resetPinSchema>,
    Sends<Backend['createWebhookEndpoint'], typeof webhooks.createEndpointSchema>,
    Sends<Operators['listCards'], typeof cardBodies.listCardsSchema>,
    Sends<Operators['listAuditEvents'], typeof auditSearch.listEventsSchema>,
    Sends<Operators['listApprovals'], typeof cardBodies.listApprovalsSchema>,
    Sends<Operators['listKeys'], typeof keys.listKeysSchema>,
    Sends<Operators['unlockCard'], typeof cardBodies.unlockSchema>,
    Sends<Operators['createClient'], typeof clientBodies.createClientSchema>,
    Sends<Operators['changeClient'], typeof clientBodies.changeClientSchema>,
    Sends<Operators['rotateClientSecret'], typeof clientBodies.rotateSecretSchema>,
    Sends<Operators['rotateClientKeys'], typeof clientBodies.rotateKeysSchema>,
    Sends<Operators['withdrawClientMethod'], typeof clientBodies.withdrawMethodSchema>,
    Sends<Operators['changeClientDemands'], typeof demands.changeDemandSchema>,
    Sends<Operators['registerPerson'], typeof clientBodies.personSchema>,
    Sends<Operators['pullBrake'], typeof brakes.pullBrakeSchema>,
    Sends<Operators['releaseBrake'], typeof brakes.releaseBrakeSchema>,
    Sends<Operators['openIncident'], typeof incidents.openIncidentSchema>,
    Sends<Operators['listIncidents'], typeof incidents.listIncidentsSchema>,
    Sends<Operators['listIncidentCards'], typeof incidents.listIncidentCardsSchema>,
    Sends<Operators['cancelIncident'], typeof incidents.cancelIncidentSchema>,
  ]
>;
