import type { DataSource } from 'typeorm';
import { LATE_SECONDS, readAlarmState } from '#libs/alarms';
import { ageWords, type Section } from './section.js';

/** Open alarms, and whether anything is counted at all: without that, no alarm says nothing. */
export async function alarmsNow({ manager }: DataSource): Promise<Section> {
  const { lagSeconds, open } = await readAlarmState(manager);
  const kinds = [...open].filter(([, count]) => count > 0).map(([kind, count]) => `${count} of ${kind}`);
  const alarms = kinds.length === 0 ? 'none is open' : `open alarms: ${kinds.join(', ')}`;
  const late =
    lagSeconds <= LATE_SECONDS
      ? []
      : [`nothing has been counted for ${ageWords(lagSeconds)}: look at the log of a replica`];
  return {
    name: 'alarms',
    facts: { lagSeconds: Math.round(lagSeconds), open: Object.fromEntries(open) },
    words: [alarms, ...late],
    attention: [...(kinds.length === 0 ? [] : [`${alarms}: pinctl alarms list --state open`]), ...late],
  };
}
