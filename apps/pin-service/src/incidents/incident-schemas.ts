import { z } from 'zod';
import { CARD_OUTCOMES, INCIDENT_STATES, KEPT_OUT_CAUSES } from '#libs/incidents';
import { unlockSchema } from '../cards/card-schemas.js';
import { page, pageLimit, time } from '../edge/requests/schema-parts.js';

const { reason } = unlockSchema.shape;
const cursor = z.string().min(1).max(512).optional();

/** The form alone; what the members may say together is the domain's to judge, as it also does for pinctl. */
const filter = z.strictObject({
  triedFrom: time.describe('The wrong tries were made from here'),
  triedTo: time.describe('until here, without this moment; past, and at most 7 days later'),
  lockedFrom: time.optional().describe('The card was locked from here'),
  lockedTo: time.optional(),
  clientId: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be a client id')
    .optional()
    .describe('The client that spent the tries'),
  sourceAddresses: z
    .array(z.string().max(64))
    .min(1)
    .max(16)
    .optional()
    .describe('Where the tries came from: ranges in CIDR notation'),
});

export const openIncidentSchema = z.strictObject({ filter, reason }).meta({
  id: 'OpenIncident',
  examples: [
    {
      filter: {
        triedFrom: '2026-11-20T08:00:00Z',
        triedTo: '2026-11-20T11:30:00Z',
        clientId: 'card-app',
      },
      reason: 'Release 7.3 of the app sent PINs of the wrong card',
    },
  ],
});
export type OpenIncidentBody = z.infer<typeof openIncidentSchema>;

export const cancelIncidentSchema = z
  .strictObject({ reason })
  .meta({ id: 'CancelIncident', examples: [{ reason: 'The window was wrong' }] });
export type CancelIncidentBody = z.infer<typeof cancelIncidentSchema>;

export const listIncidentsSchema = z.strictObject({
  state: z.enum(INCIDENT_STATES).optional(),
  cursor,
  limit: pageLimit,
});
export type ListIncidentsQuery = z.infer<typeof listIncidentsSchema>;

export const listIncidentCardsSchema = z.strictObject({
  outcome: z.enum(CARD_OUTCOMES).optional(),
  cursor,
  limit: pageLimit,
});
export type ListIncidentCardsQuery = z.infer<typeof listIncidentCardsSchema>;

const count = z.int().min(0);
const card = z
  .object({
    cardId: z.uuid(),
    cardRef: z.string(),
    maskedPan: z.string().optional(),
    outcome: z.enum(CARD_OUTCOMES),
    cause: z.enum(KEPT_OUT_CAUSES).optional().describe('Why it is kept out'),
    eventNo: z.string().describe("The card's event number when it was found"),
    failures: count.describe('Its failures in a row when it was found'),
    failuresTakenBack: count.describe('Those of the filter, which a restoration takes back'),
    decidedAt: time,
  })
  .meta({ id: 'IncidentCard' });
export const incidentCardsAnswer = page(card).meta({ id: 'IncidentCards' });

const known = {
  incidentId: z.uuid(),
  state: z.enum(INCIDENT_STATES),
  filter,
  reason: z.string(),
  openedBy: z.string(),
  openedAt: time,
  expiresAt: time.describe('A preview that was not decided on lapses then'),
  cardsHash: z.string().optional().describe('SHA-256 over the cards to restore, once they are fixed'),
  requestedBy: z.string().optional(),
  approvedBy: z.string().optional(),
  approvalId: z.uuid().optional(),
  startedAt: time.optional(),
  waitsFor: z.enum(['brake', 'audit-trail']).optional().describe('What holds the restoration up'),
  endedBy: z.string().optional(),
  endedAt: time.optional(),
  endReason: z.string().optional(),
};
export const incidentAnswer = z
  .object({
    ...known,
    searched: z.object({ until: time, end: time }).describe('How far the trail was searched'),
    counts: z.object({
      planned: count.describe('Still to be restored; after the end: left as they were'),
      restored: count,
      keptOut: count,
      failuresTakenBack: count,
      causes: z.partialRecord(z.enum(KEPT_OUT_CAUSES), count).describe('Of those that are kept out'),
    }),
    sample: z.array(card),
  })
  .meta({ id: 'Incident' });
export const incidentsAnswer = page(z.object(known).meta({ id: 'ListedIncident' })).meta({ id: 'Incidents' });

export const incidentReportAnswer = z
  .object({
    report: z.string().describe('A signed note: docs/incidents.md'),
    verifierKeys: z.array(z.string()),
  })
  .meta({ id: 'IncidentReport' });
