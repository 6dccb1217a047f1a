import { z } from 'zod';
import { SCOPES } from '#libs/api-clients';
import { ERROR_CODES, LIMIT_NAMES } from '#libs/errors';
import { BRAKE_KINDS } from '#libs/requests';
import { EVENT_TYPES } from '#libs/webhooks';
import { DEGRADATIONS } from '../health/degradation-names.js';

/** What the routes answer with, for the API document; a test holds the service to it. */

const time = z.iso.datetime();
const pinStatus = z.enum(['unset', 'active', 'locked', 'closed']);
const tries = z.int().min(0).max(15);
const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(ERROR_CODES),
    limit: z.enum(LIMIT_NAMES).optional(),
  })
  .loose();

export const card = z.object({
  cardId: z.uuid(),
  cardRef: z.string(),
  maskedPan: z.string().optional(),
  pinAccount: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  pinStatus,
  triesRemaining: tries,
  lockedAt: time.optional(),
  pinSetAt: time.optional(),
});
export const otpIssued = z.object({ otpId: z.uuid(), expiresAt: time });
export const cardRevealed = z.object({ jwe: z.string() });
const pending = {
  approvalId: z.uuid(),
  status: z.enum(['pending', 'approved', 'rejected', 'lapsed']),
  requestedBy: z.string(),
  requestedAt: time,
  expiresAt: time,
  decidedBy: z.string().optional(),
  decidedAt: time.optional(),
};
export const unlockApproval = z.object({ ...pending, cardId: z.uuid(), reason: z.string() });
export const approval = z.object({
  ...pending,
  kind: z.enum([
    'unlock',
    'client-create',
    'client-rotate-secret',
    'webhook-create',
    'webhook-rotate-secret',
    'policy-change',
    'brake-release',
  ]),
  reason: z.string().optional(),
  requestedThrough: z.string().optional(),
  cardId: z.uuid().optional(),
  request: z.record(z.string(), z.unknown()).optional(),
  collected: z.boolean().optional(),
});
export const approvals = page(approval);
export const approvalRequested = z.object({ approvalId: z.uuid(), expiresAt: time });
export const operatorCard = card.extend({
  pendingApproval: unlockApproval.optional(),
  failuresWithoutSuccess: z.int(),
  lastUnlock: z.object({ at: time, by: z.string(), reason: z.string() }).optional(),
});
export const operatorCards = page(operatorCard);

export const pinActive = z.object({ pinStatus: z.literal('active') });
const decided = <Status extends string>(status: Status) =>
  z.object({ approvalId: z.uuid().optional(), status: z.literal(status) });
export const approved = z.union([pinActive, decided('approved')]);
export const rejected = decided('rejected');
export const pinValidated = z.object({ verified: z.boolean(), triesRemaining: tries, pinStatus });
export const pinChanged = z.union([
  z.object({ changed: z.literal(true), pinStatus }),
  z.object({
    changed: z.literal(false),
    reason: z.literal('WRONG_PIN'),
    triesRemaining: tries,
    pinStatus,
  }),
]);

const publicKey = { kty: z.literal('RSA'), kid: z.string(), n: z.string(), e: z.string() };
export const pinKeys = z.object({
  signed: z.string().describe('Compact JWS over the same keys, by the manifest key that apps pin'),
  keys: z.array(
    z.object({
      ...publicKey,
      alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256']),
      use: z.literal('enc'),
      current: z.boolean(),
      expiresAt: time.nullable(),
    }),
  ),
});
export const jwks = z.object({
  keys: z.array(z.object({ ...publicKey, alg: z.literal('RS256'), use: z.literal('sig') })),
});
export const accessToken = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  scope: z.string(),
});

export const client = z.object({
  clientId: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  person: z.string().optional(),
  allowedAddresses: z.array(z.string()),
  requestsPerMinute: z.int().optional(),
  createdAt: time,
  revokedAt: time.optional(),
  secrets: z.array(z.object({ createdAt: time, ageDays: z.int(), expiresAt: time.optional() })),
});
export const clients = page(client);
export const person = z.object({
  name: z.string(),
  mayDecide: z.boolean(),
  flaw: z.string().optional(),
  createdBy: z.string(),
  createdAt: time,
  revokedBy: z.string().optional(),
  revokedAt: time.optional(),
});
export const persons = page(person);
export const clientWithSecret = client.extend({ clientSecret: z.string() });

export const webhookEndpoint = z.object({
  endpointId: z.uuid(),
  url: z.string(),
  events: z.array(z.enum(EVENT_TYPES)).optional(),
  status: z.enum(['active', 'paused']),
  createdAt: time,
  failingSince: time.optional(),
  pausedAt: time.optional(),
  previousSecretExpiresAt: time.optional(),
});
const sourceAddresses = z.array(z.string());
export const ownWebhookEndpoint = webhookEndpoint.extend({ sourceAddresses });
export const webhookEndpoints = page(webhookEndpoint).extend({ sourceAddresses });
export const webhookEndpointWithSecret = webhookEndpoint.extend({
  secret: z.string(),
  sourceAddresses: sourceAddresses.optional(),
});
export const collected = z.union([clientWithSecret, webhookEndpointWithSecret]);
export const webhookEndpointDeleted = z.object({ endpointId: z.uuid(), status: z.literal('deleted') });
export const webhookDeliveries = page(
  z.object({
    deliveryId: z.uuid(),
    type: z.enum(EVENT_TYPES),
    status: z.enum(['pending', 'delivered', 'dead', 'expired', 'cancelled']),
    attempts: z.int(),
    createdAt: time,
    lastAttemptAt: time.optional(),
    lastOutcome: z.string().optional(),
    endedAt: time.optional(),
  }),
);
export const webhookRedelivery = z.object({ deliveryId: z.uuid(), status: z.literal('pending') });

export const brake = z.object({
  brakeId: z.uuid(),
  kind: z.enum(BRAKE_KINDS),
  target: z.string(),
  allTenants: z.boolean(),
  reason: z.string(),
  pulledBy: z.string(),
  pulledThrough: z.string(),
  pulledAt: time,
});
export const brakes = page(brake);

const policyStep = {
  version: z.int().min(1),
  setBy: z.string(),
  setThrough: z.string(),
  reason: z.string(),
  setAt: time,
};
export const policyVersion = z.object({
  ...policyStep,
  policy: z.record(z.string(), z.union([z.int(), z.boolean(), z.array(z.string())])),
});
export const policyVersions = policyVersion.extend({
  history: z.array(z.object({ ...policyStep, changes: z.record(z.string(), z.string()).optional() })),
});

const hash = z.base64();
const proof = z.array(hash);
export const auditEvents = page(
  z.object({ leafIndex: z.int(), leafHash: hash, event: z.record(z.string(), z.unknown()) }),
);
export const auditCheckpoint = z.object({
  checkpoint: z.string(),
  treeSize: z.int(),
  rootHash: hash,
  verifierKeys: z.array(z.string()),
});
export const inclusionProof = z.object({
  leafIndex: z.int(),
  treeSize: z.int(),
  entry: z.string(),
  leafHash: hash,
  proof,
});
export const consistencyProof = z.object({ from: z.int(), to: z.int(), proof });

export const live = z.object({ status: z.literal('live') });
export const ready = z.object({
  status: z.enum(['ready', 'not ready']),
  degraded: z.array(z.enum(DEGRADATIONS)),
  database: z.boolean(),
  databaseWrites: z.boolean(),
  migrations: z.boolean(),
  auditTrail: z.boolean(),
  auditTrailCompared: z.boolean(),
  auditTrailKept: z.boolean(),
  auditTrailCauses: z.array(z.string()),
  hsm: z.object({
    ready: z.boolean(),
    lagging: z.boolean(),
    oldestWaitMs: z.int(),
    p99Ms: z.int(),
    knownAnswerTestAt: time.nullable(),
    warnings: z.array(z.string()),
  }),
  policy: z.object({ version: z.int(), differences: z.array(z.string()) }),
  webhooks: z.object({
    failing: z.array(
      z.object({ endpointId: z.uuid(), since: time, paused: z.boolean(), codes: z.boolean() }),
    ),
    failingCount: z.int(),
    oldestSeconds: z.object({ codes: z.int(), events: z.int() }),
  }),
  auditStreams: z.array(
    z.object({ receiver: z.string(), lagLines: z.int(), lagSeconds: z.int(), cause: z.string().nullable() }),
  ),
  auditWitness: z.object({ cause: z.string().nullable() }),
  rateLimits: z.object({ cause: z.string().nullable() }),
});
