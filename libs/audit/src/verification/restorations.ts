/**
 * Restorations that take back more failures in a row than any policy allows, and such as belong to no incident
 * (docs/adr/0052). Otherwise a role that can invent lines could take back failures without end. Of an incident at the
 * turn of a month that has expired, the line of the end is left. $1 is the limit of findings.
 */
export const RESTORATION_FINDINGS = `
WITH restored AS MATERIALIZED (
  SELECT DISTINCT tenant_id, card_id FROM audit_events WHERE action = 'pin.restore' AND card_id IS NOT NULL
), incidents AS MATERIALIZED (
  SELECT DISTINCT tenant_id, details::json ->> 'incidentId' AS incident_id FROM audit_events
   WHERE action IN ('incident.start', 'incident.end', 'incident.cancel')
), steps AS (
  SELECT e.tenant_id, e.card_id, e.audit_id, e.action, e.details,
         count(*) FILTER (WHERE e.result = 'matched' OR e.action = 'pin.reset' AND e.result = 'enrolled'
                             OR e.action = 'card.reconcile') OVER step AS run
    FROM audit_events e
   WHERE e.event_no IS NOT NULL AND e.phase = 'outcome'
     AND (e.tenant_id, e.card_id) IN (SELECT r.tenant_id, r.card_id FROM restored r)
  WINDOW step AS (PARTITION BY e.tenant_id, e.card_id ORDER BY e.event_no, e.audit_id)
), summed AS (
  SELECT s.tenant_id, s.card_id, s.details::json ->> 'incidentId' AS incident_id,
         sum((s.details::json ->> 'failuresTakenBack')::integer)
           OVER (PARTITION BY s.tenant_id, s.card_id, s.run ORDER BY s.audit_id) AS taken
    FROM steps s WHERE s.action = 'pin.restore'
)
SELECT 'restored-too-often' AS kind, tenant_id, card_id FROM summed
 WHERE taken > coalesce((SELECT max((p.content ->> 'pinMaxFailuresWithoutSuccess')::integer) FROM policies p),
                        (SELECT d.pin_max_failures FROM deployment_policy d))
UNION
SELECT 'restored-without-incident', n.tenant_id, n.card_id FROM summed n
 WHERE NOT EXISTS (SELECT FROM incidents i WHERE i.tenant_id = n.tenant_id AND i.incident_id = n.incident_id)
 ORDER BY tenant_id, card_id, kind LIMIT $1`;
