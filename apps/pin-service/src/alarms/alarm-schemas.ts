import { z } from 'zod';
import { ALARM_KINDS, ALARM_STATES } from '#libs/alarms';
import { page, pageLimit, time } from '../edge/requests/schema-parts.js';

export const listAlarmsSchema = z.strictObject({
  state: z.enum(ALARM_STATES).optional(),
  cursor: z.string().min(1).max(512).optional(),
  limit: pageLimit,
});
export type ListAlarmsQuery = z.infer<typeof listAlarmsSchema>;

/** What an alarm and its event say alike. */
export const alarmMembers = {
  alarmId: z.uuid(),
  kind: z.enum(ALARM_KINDS),
  clientId: z.string().optional().describe('Missing where all clients of the tenant together are meant'),
  windowSeconds: z.int().describe('Length of the window that was over'),
  count: z.int().describe('The most in such a window so far'),
  usual: z.number().describe('What was usual when the alarm was raised'),
  limit: z.int().describe('What would have been no alarm'),
  since: time.describe('Begin of the window'),
};

const alarm = z
  .object({
    ...alarmMembers,
    lastOverAt: time.describe('The five minutes in which a window was last over'),
    raisedAt: time,
    endedAt: time.optional().describe('Missing while it is open'),
    brakeId: z.uuid().optional().describe('The pause that it brought about, also after its release'),
  })
  .meta({ id: 'Alarm' });
export const alarmsAnswer = page(alarm).meta({ id: 'Alarms' });
