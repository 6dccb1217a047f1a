import type { EntityManager } from 'typeorm';
import { emitEvent, recordEffect, SERVICE } from '#libs/requests';
import { oneDecimal, type Alarm } from './alarm.js';
import type { Change } from './watched.js';

/** The subject of what the service does by itself about alarms. */
const DETECTION = 'alarms';

/** As which the service acts about an alarm. */
export function detectionOf({ tenantId, alarmId }: Pick<Alarm, 'tenantId' | 'alarmId'>) {
  return { tenantId, clientId: SERVICE, subject: DETECTION, sourceAddress: null, requestId: alarmId };
}

/** Audit line and event, in the transaction that raises or ends it. */
export async function tellAlarm(manager: EntityManager, { what, alarm }: Change): Promise<void> {
  const { alarmId, kind, clientId, windowSeconds, count, usual, limit, since } = alarm;
  const service = detectionOf(alarm);
  const counts = { windowSeconds, count, usual: oneDecimal(usual), limit, since: since.toISOString() };
  // In a line, clientId is who acts.
  const client = clientId === null ? {} : { client: clientId };
  const details = { alarmId, kind, ...client, ...counts };
  const action = what === 'raised' ? 'alarm.raise' : 'alarm.end';
  await recordEffect(manager, service, { action, result: what, cardId: null, eventNo: null, details });
  const data = { state: what, alarmId, kind, ...counts, ...(clientId === null ? {} : { clientId }) };
  await emitEvent(manager, service, 'security.alarm', data);
}
