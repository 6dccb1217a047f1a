import { z } from 'zod';
import { CLIENT_METHODS, KEY_METHODS, SCOPES } from '#libs/api-clients';
import { OTP_PURPOSES } from '#libs/otp';
import { BRAKE_KINDS } from '#libs/requests';
import { EVENT_TYPES, type EventType } from '#libs/webhooks';
import { alarmMembers } from '../alarms/alarm-schemas.js';
import { APPROVAL_KINDS } from '../admin/approval-view.js';
import {
  chipCommand,
  chipFailure,
  pendingCommands,
  pinStatus,
  pinVersion,
  tries,
} from '../cards/card-view.js';
import { time } from '../edge/requests/schema-parts.js';
import { component, type ComponentSchemas } from './component-schemas.js';
import type { ApiDocument, Parameter, PathItem } from './contract-types.js';

const requestId = z.string().describe('Of the call that brought it about');
const who = { by: z.string(), through: z.string().describe('Client of that person'), requestId };
/** Where two persons were needed. */
const both = {
  approvalId: z.uuid().optional(),
  requestedBy: z.string().optional(),
  approvedBy: z.string().optional(),
};

const cardMembers = {
  cardId: z.uuid(),
  cardRef: z.string(),
  maskedPan: z.string().nullish(),
  requestId: z.string().nullable(),
};
const card = z.object({ ...cardMembers, pinStatus, triesRemaining: tries }).meta({ id: 'CardEventData' });
const chip = z
  .object({ ...cardMembers, commandId: z.uuid(), command: chipCommand, pinVersion, pendingCommands })
  .meta({ id: 'ChipEventData' });
const person = z.object({ person: z.string(), ...who }).meta({ id: 'PersonEventData' });
const approvalMembers = { approvalId: z.uuid(), kind: z.enum(APPROVAL_KINDS), requestedBy: z.string() };
const brake = z
  .object({ brakeId: z.uuid(), kind: z.enum(BRAKE_KINDS), target: z.string(), ...who })
  .meta({ id: 'BrakeEventData' });
const endpointId = z.uuid();

/** `data` of each event (docs/webhooks.md says when it is sent). */
const DATA: Readonly<Record<EventType, readonly [summary: string, data: z.ZodType]>> = {
  'pin.set': ['A card has its first PIN', card],
  'pin.changed': ['A PIN is new', card],
  'pin.reset': ['A forgotten PIN was replaced', card],
  'pin.locked': ['No tries are left', card],
  'pin.unlocked': ['An operator gave the tries back', card],
  'pin.try_failed': ['A wrong PIN', card],
  'pin.last_try': ['One try is left: tell the cardholder before the PIN locks', card],
  'card.revealed': ['Card data were shown', z.object(cardMembers)],
  'card.closed': ['A card is closed', card],
  'chip.update_pending': [
    'The chip of a card is to be told something, by an issuer script',
    z.object({ ...cardMembers, pinStatus, triesRemaining: tries, pendingCommands }),
  ],
  'chip.updated': ['An issuer script has told it', chip],
  'chip.update_failed': [
    'An issuer script has failed; what it was to tell stays pending',
    chip.extend({ reason: chipFailure }).meta({ id: 'ChipFailureEventData' }),
  ],
  'client.secret_expiring': [
    'A secret is to be changed soon',
    z.object({ clientId: z.string(), secretCreatedAt: time, rotateBefore: time }),
  ],
  'client.created': [
    'A client is there',
    z.object({
      clientId: z.string(),
      scopes: z.array(z.enum(SCOPES)),
      person: z.string().optional(),
      ...both,
      ...who,
    }),
  ],
  'client.changed': [
    'Something else is agreed with a client',
    z.object({
      clientId: z.string(),
      changed: z.array(z.enum(['scopes', 'allowedAddresses', 'requestsPerMinute'])),
      scopes: z.array(z.enum(SCOPES)).describe('From now on'),
      person: z.string().optional(),
      ...both,
      ...who,
    }),
  ],
  'client.secret_rotated': [
    'A client has a new secret',
    z.object({ clientId: z.string(), previousSecretExpiresAt: time, ...both, ...who }),
  ],
  'client.keys_rotated': [
    'A client has other keys or certificates',
    z.object({
      clientId: z.string(),
      method: z.enum(KEY_METHODS),
      keys: z.string().describe('Names of keys, their URL, or thumbprints of certificates'),
      previousKeysExpireAt: time.optional().describe('Missing for the first ones'),
      ...both,
      ...who,
    }),
  ],
  'client.keys_expiring': [
    'Keys or certificates are to be changed soon',
    z.object({
      clientId: z.string(),
      method: z.enum(KEY_METHODS),
      keysCreatedAt: time,
      rotateBefore: time,
    }),
  ],
  'client.method_withdrawn': [
    'A client proves itself no longer in this way',
    z.object({ clientId: z.string(), method: z.enum(CLIENT_METHODS), ...who }),
  ],
  'client_demands.changed': [
    'The tenant demands something else of its clients',
    z.object({
      methods: z.array(z.enum(CLIENT_METHODS)),
      senderConstrained: z.boolean(),
      validFrom: time,
      ...both,
      ...who,
    }),
  ],
  'client.revoked': ['A client was ended', z.object({ clientId: z.string(), ...who })],
  'person.created': ['A person was registered', person],
  'person.revoked': ['A person was ended', person],
  'webhook_endpoint.created': [
    'Events go to another address as well',
    z.object({
      endpointId,
      url: z.string(),
      events: z.array(z.enum(EVENT_TYPES)).optional(),
      ...both,
      ...who,
    }),
  ],
  'webhook_endpoint.secret_rotated': [
    'An endpoint has a new secret',
    z.object({ endpointId, ...both, ...who }),
  ],
  'webhook_endpoint.deleted': ['Events go there no longer', z.object({ endpointId, ...who })],
  'webhook_endpoint.test': ['Asked for, by a call', z.object({ endpointId, ...who })],
  'brake.pulled': ['Operators have stopped something', brake],
  'brake.released': ['It goes on', brake],
  'security.alarm': [
    'Far more wrong PINs, locks or refusals than usual; or an alarm has ended',
    z.object({ state: z.enum(['raised', 'ended']), ...alarmMembers, ...who }).meta({ id: 'AlarmEventData' }),
  ],
  'approval.requested': [
    'Something waits for a second person',
    z.object({ ...approvalMembers, cardId: z.uuid().optional(), ...who }),
  ],
  'approval.decided': [
    'A person has decided',
    z.object({
      ...approvalMembers,
      cardId: z.uuid().optional(),
      status: z.enum(['approved', 'rejected']),
      ...who,
    }),
  ],
  'otp.issued': [
    'A one-time password with its code, for the message gateway; only to endpoints that name it',
    z.object({
      ...cardMembers,
      otpId: z.uuid(),
      purpose: z.enum(OTP_PURPOSES),
      expiresAt: time,
      code: z.string().regex(/^[0-9]{6}$/),
    }),
  ],
};

const header = (name: string, description: string): Parameter => {
  return { name, in: 'header', required: true, description, schema: { type: 'string' } };
};

/** https://www.standardwebhooks.com, and the header of the integration guide. */
export const EVENT_PARAMETERS: Readonly<Record<string, Parameter>> = {
  EventId: header('webhook-id', 'The same for each attempt: pass over what you have seen'),
  EventTimestamp: header('webhook-timestamp', 'Seconds since 1970, of this attempt'),
  EventSignature: header(
    'webhook-signature',
    'HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks',
  ),
  EventGuideSignature: header(
    'X-M2P-Signature',
    'Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER`',
  ),
};

/** What endpoints get. */
export function eventWebhooks(schemas: ComponentSchemas): NonNullable<ApiDocument['webhooks']> {
  const entries = EVENT_TYPES.map((type): [string, PathItem] => {
    const [summary, data] = DATA[type];
    const id = `${nameOf(type)}Event`;
    const event = z
      .object({
        type: z.literal(type),
        timestamp: time,
        tenant: z.string(),
        data,
      })
      .meta({ id });
    schemas.of(event, 'answered');
    return [type, { post: receive(type, id, summary) }];
  });
  return Object.fromEntries(entries);
}

function receive(type: string, id: string, summary: string) {
  return {
    operationId: `receive_${type.replaceAll('.', '_')}`,
    summary,
    description:
      'Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.',
    tags: ['Operators: webhook endpoints'],
    security: [],
    parameters: Object.keys(EVENT_PARAMETERS).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    requestBody: { required: true, content: { 'application/json': { schema: component(id) } } },
    responses: {
      '2XX': { description: 'Taken. Anything else within 10 s, or nothing, is tried again' },
      '410': { description: 'Pauses the endpoint' },
    },
  };
}

/** "pin.try_failed" is "PinTryFailed". */
function nameOf(type: string): string {
  return type
    .split(/[._]/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}
