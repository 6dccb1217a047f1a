import { BEFORE_RECONCILIATION } from '../persistence/sql.js';

/**
 * The data of each line of a card and of the line before it. $1 is the audit id with which attestation begins (null:
 * not yet). `expected`: written since then.
 */
const STEPS = `
forks AS (
  SELECT tenant_id, card_id, min(event_no) AS first, max(reconciled) AS last
    FROM (SELECT e.tenant_id, e.card_id, e.event_no,
                 (SELECT max(r.event_no) FROM audit_events r
                   WHERE r.tenant_id = e.tenant_id AND r.card_id = e.card_id AND r.action = 'card.reconcile') AS reconciled
            FROM audit_events e
           WHERE e.event_no IS NOT NULL AND e.action <> 'card.baseline' AND ${BEFORE_RECONCILIATION}
           GROUP BY 1, 2, 3 HAVING count(*) > 1) twice
   GROUP BY 1, 2
), steps AS (
  SELECT tenant_id, card_id, event_no, audit_id, action, result,
         evaluation_id IS NOT NULL OR action IN ('pin.validate', 'pin.change') AS evaluates,
         coalesce(audit_id > $1::bigint, false) AS expected,
         details::json AS state, lag(details::json) OVER step AS before
    FROM audit_events
   WHERE event_no IS NOT NULL AND phase = 'outcome' AND card_id IS NOT NULL
  WINDOW step AS (PARTITION BY tenant_id, card_id ORDER BY event_no, audit_id)
)`;

/** The steps that record a new verifier of the card. */
const INSTALLS = `
installs AS (
  SELECT DISTINCT ON (tenant_id, card_id, state ->> 'verifierHash')
         tenant_id, card_id, state ->> 'verifierHash' AS hash, event_no, audit_id
    FROM steps
   WHERE state ->> 'changed' = 'true' OR state ->> 'renewed' = 'true'
      OR action IN ('pin.set', 'pin.reset') AND result = 'enrolled'
   ORDER BY tenant_id, card_id, state ->> 'verifierHash', event_no DESC, audit_id DESC
)`;

/**
 * Steps that do not follow from the step before: a verifier that no attested step brought, a verdict on a verifier that
 * the card did not have, counts that no such step makes. After a reconciliation a restored card has its earlier
 * verifier, and is closed or locked for a reset.
 */
export const STEP_FINDINGS = `
WITH ${STEPS}, judged AS (
  SELECT tenant_id, card_id, unnest(array_remove(ARRAY[
           CASE WHEN expected AND before IS NOT NULL
                     AND state ->> 'verifierHash' IS DISTINCT FROM before ->> 'verifierHash'
                     AND state -> 'verifierMac' IS NULL
                     AND NOT (state ->> 'verifierHash' IS NULL AND state ->> 'pinStatus' = 'closed')
                     AND NOT (action = 'card.reconcile' AND state ->> 'pinStatus' IN ('locked', 'closed'))
                THEN 'verifier-replaced' END,
           CASE WHEN evaluates AND before IS NOT NULL
                     AND state -> 'verdictMac' ->> 'compared' IS DISTINCT FROM
                         CASE WHEN before ->> 'verifierHash' ~ '^[0-9a-f]{64}$'
                              THEN encode(decode(before ->> 'verifierHash', 'hex'), 'base64') END
                     AND state -> 'verdictMac' ->> 'compared' IS NOT NULL
                THEN 'verdict-on-other-verifier' END,
           CASE WHEN expected AND before IS NOT NULL AND (before ->> 'triesSpent') IS NOT NULL
                     AND ((state ->> 'triesSpent')::int, (state ->> 'failuresWithoutSuccess')::int) IS DISTINCT FROM
                         CASE -- Tries anew, and so many failures fewer as the line says.
                              WHEN action = 'pin.restore'
                              THEN (0, (before ->> 'failuresWithoutSuccess')::int - (state ->> 'failuresTakenBack')::int)
                              WHEN NOT evaluates OR result = 'given-back'
                              THEN ((before ->> 'triesSpent')::int, (before ->> 'failuresWithoutSuccess')::int)
                              WHEN result = 'matched' THEN (0, 0)
                              ELSE ((before ->> 'triesSpent')::int + 1, (before ->> 'failuresWithoutSuccess')::int + 1) END
                     -- These count anew.
                     AND action NOT IN ('pin.reset', 'pin.unlock', 'card.reconcile')
                THEN 'counts-differ' END
         ], NULL)) AS kind
    FROM steps s
   -- Where two histories of one card stand side by side, no line follows from the one before.
   WHERE NOT EXISTS (SELECT FROM forks f WHERE f.tenant_id = s.tenant_id AND f.card_id = s.card_id
                                           AND s.event_no BETWEEN f.first AND f.last)
)
SELECT DISTINCT kind, tenant_id, card_id FROM judged ORDER BY tenant_id, card_id, kind LIMIT $2`;

/**
 * Every stored verifier, with the newest step that gave it to the card; for a cursor. `event_no` and `placed_*` are
 * null if its step has expired.
 */
export const VERIFIERS = `
WITH ${STEPS}, ${INSTALLS}, verifiers AS (
  SELECT c.tenant_id, c.card_id, c.verifier, c.verifier_salt, c.verifier_generation,
         c.verifier_mac, c.verifier_mac_generation, c.verifier_event_no FROM cards c WHERE c.verifier IS NOT NULL
  UNION ALL
  SELECT h.tenant_id, h.card_id, h.verifier, h.verifier_salt, h.verifier_generation,
         h.verifier_mac, h.verifier_mac_generation, h.verifier_event_no FROM pin_history h
), hashed AS (
  SELECT v.*, sha256(v.verifier || v.verifier_salt || int4send(v.verifier_generation)) AS hash FROM verifiers v
)
SELECT v.tenant_id, v.card_id::text, v.hash::bytea, v.verifier_mac AS mac, v.verifier_mac_generation AS generation,
       v.verifier_event_no::text AS event_no, i.audit_id::text AS placed_by, (i.event_no - 1)::text AS placed_after
  FROM hashed v
  LEFT JOIN installs i
    ON i.tenant_id = v.tenant_id AND i.card_id = v.card_id AND i.hash = encode(v.hash, 'hex')
 ORDER BY v.tenant_id, v.card_id`;
