import { cursorIn, given, oneIn, textIn, UUID, type Query } from '../../search.js';

const VIEWS = ['alarms', 'brakes', 'new'] as const;
export const STATES = ['searching', 'previewed', 'running', 'done', 'cancelled', 'lapsed'] as const;
export const ALARM_STATES = ['open', 'ended'] as const;
export const OUTCOMES = ['planned', 'restored', 'kept-out'] as const;

/** View, and the state that is listed in it; of incidents unless another is named. */
export function incidentsSearch(query: Query) {
  return {
    ...given({
      view: oneIn(query, 'view', VIEWS),
      state: oneIn(query, 'state', STATES),
      alarm_state: oneIn(query, 'alarm_state', ALARM_STATES),
      // The brake whose release is being asked for.
      brake: textIn(query, 'brake', UUID),
    }),
    ...cursorIn(query),
  };
}

/** Of one incident: which of its cards. */
export function incidentSearch(query: Query) {
  return { ...given({ outcome: oneIn(query, 'outcome', OUTCOMES) }), ...cursorIn(query) };
}
