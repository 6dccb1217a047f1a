export { previewToDecide, readPreview, startRestoration, type Preview } from './decide-incident.js';
export { findIncidentCards, findIncidents, readIncident } from './find-incidents.js';
export {
  CARD_OUTCOMES,
  INCIDENT_STATES,
  KEPT_OUT_CAUSES,
  type CardOutcome,
  type IncidentCard,
  type IncidentFilter,
  type KeptOutCause,
} from './incident.js';
export { allCards, parseReport, reportLine, reportText } from './incident-report.js';
export { incidentCardView, incidentView, listedIncidentView, type IncidentView } from './incident-view.js';
export { IncidentWork } from './incident-work.js';
export { OpenIncident } from './open-incident.js';
export { CancelIncident, RestoreIncident } from './restore-incident.js';
