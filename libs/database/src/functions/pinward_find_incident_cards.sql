-- The next step of an incident's search: judges cards that a wrong try has locked, from where the search stands, and
-- keeps those that the filter concerns, each with what would be done (docs/incidents.md, docs/adr/0052). At most
-- p_locks_at_most locks and a quarter of an hour of the trail at a time. The caller holds the incident's row.
--
-- A card's history is read backwards from its newest step. A `base` is a step from which failures are counted anew:
-- nothing before it can be taken back. A success, a new PIN and a restoration are bases; an unlock is one for tries
-- alone. A restoration tells how many failures incidents have taken back since the last success: never more than the
-- limit of failures in a row, so that they double the guesses at most. What the row holds must be what the steps since the base make. Otherwise the history is not whole, for
-- instance because its newest lines are not sealed yet, and nothing is concluded from it.
--
-- A try is the filter's if its client, its source address and its time are. An absent member of the filter excludes
-- nothing. An address that is unknown matches no range.
--
-- Planned for nested loops from few cards: with statistics of an almost empty table PostgreSQL would scan the trail.
CREATE OR REPLACE FUNCTION pinward_find_incident_cards(
  p_tenant_id text, p_incident_id uuid, p_tried_from timestamptz, p_tried_to timestamptz,
  p_locked_from timestamptz, p_locked_to timestamptz, p_client_id text, p_ranges cidr[],
  p_max_failures integer, p_locks_at_most integer
) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $function$
#variable_conflict use_column
DECLARE
  slice_from timestamptz;
  slice_to   timestamptz;
  reached    timestamptz;
  seen       integer;
BEGIN
  SELECT i.searched_until, least(i.search_end, i.searched_until + interval '15 minutes') INTO slice_from, slice_to
    FROM incidents i WHERE i.tenant_id = p_tenant_id AND i.incident_id = p_incident_id;

  WITH locks AS MATERIALIZED (
    SELECT e.card_id, e.event_no, e.client_id, e.source_address, e.occurred_at
      FROM audit_events e
     WHERE e.tenant_id = p_tenant_id AND e.occurred_at >= slice_from AND e.occurred_at < slice_to
       AND e.phase = 'outcome' AND e.result IN ('not-matched', 'unreadable', 'abandoned')
       AND e.card_id IS NOT NULL AND e.event_no IS NOT NULL AND starts_with(e.details, '{"pinStatus":"locked"')
     ORDER BY e.occurred_at
     LIMIT p_locks_at_most
  ), met AS MATERIALIZED (
    SELECT c.card_id, c.event_no, c.pin_status, c.tries_spent, c.failures_without_success AS failures, c.verifier_generation,
           l.event_no AS lock_no, l.client_id AS lock_client, l.source_address AS lock_address
      FROM (SELECT DISTINCT ON (card_id) * FROM locks ORDER BY card_id, event_no DESC) AS l
      JOIN cards c ON c.tenant_id = p_tenant_id AND c.card_id = l.card_id
     -- Found before. As a subquery that is looked up by its key for each card: a join would read all that were found.
     WHERE (SELECT k.card_id FROM incident_cards k
             WHERE k.tenant_id = p_tenant_id AND k.incident_id = p_incident_id AND k.card_id = l.card_id LIMIT 1) IS NULL
  ), paired AS (
    -- The sweeper ends an abandoned evaluation; who tried, from where and when is in the intent.
    SELECT m.*, s.event_no AS step_no, s.audit_id, s.occurred_at, s.phase, s.action, s.result, s.evaluation_id, s.details,
           first_value(s.client_id) OVER tried AS try_client, first_value(s.source_address) OVER tried AS try_address,
           first_value(s.occurred_at) OVER tried AS tried_at
      FROM met m LEFT JOIN LATERAL (
        SELECT e.event_no, e.audit_id, e.occurred_at, e.phase, e.action, e.result, e.evaluation_id, e.client_id,
               e.source_address, e.details
          -- OFFSET 0: as in pinward_codes_guessed.
          FROM (SELECT * FROM audit_leaves l WHERE l.tenant_id = p_tenant_id AND l.card_id = m.card_id
                 ORDER BY l.leaf_no DESC OFFSET 0) AS l
          JOIN audit_events e ON e.tenant_id = l.tenant_id AND e.occurred_at = l.occurred_at AND e.audit_id = l.audit_id
         WHERE e.event_no IS NOT NULL
         ORDER BY l.leaf_no DESC
         LIMIT 2 * m.failures + 24) AS s ON true
    WINDOW tried AS (PARTITION BY m.card_id, coalesce(s.evaluation_id::text, s.audit_id::text)
                     ORDER BY s.phase IS DISTINCT FROM 'intent')
  ), steps AS (
    SELECT p.*,
           p.evaluation_id IS NOT NULL AND p.result IN ('not-matched', 'unreadable', 'abandoned') AS failed,
           NOT (p.evaluation_id IS NOT NULL AND p.result IN ('not-matched', 'unreadable', 'abandoned', 'given-back'))
             AND p.action <> 'pin.unlock' AS base,
           (p_client_id IS NULL OR p.try_client = p_client_id)
             AND (p_ranges IS NULL OR CASE WHEN pg_input_is_valid(p.try_address, 'inet')
                                           THEN p.try_address::inet <<= ANY (p_ranges) ELSE false END) AS of_origin,
           p.tried_at >= p_tried_from AND p.tried_at < p_tried_to AS in_window
      FROM paired p WHERE p.phase IS DISTINCT FROM 'intent'
  ), counted AS (
    SELECT s.*, row_number() OVER w AS place,
           count(*) FILTER (WHERE s.base) OVER w AS bases,
           count(*) FILTER (WHERE s.base OR s.action = 'pin.unlock') OVER w AS tries_bases
      FROM steps s
    WINDOW w AS (PARTITION BY s.card_id ORDER BY s.step_no DESC, s.audit_id DESC)
  ), runs AS (
    SELECT n.card_id, n.event_no, n.pin_status, n.tries_spent, n.failures, n.verifier_generation,
           (p_client_id IS NULL OR n.lock_client = p_client_id)
             AND (p_ranges IS NULL OR CASE WHEN pg_input_is_valid(n.lock_address, 'inet')
                                           THEN n.lock_address::inet <<= ANY (p_ranges) ELSE false END) AS line_is_of_filter,
           coalesce(bool_or(n.step_no = n.lock_no AND n.of_origin AND n.in_window), false) AS lock_is_of_filter,
           max(n.step_no) AS newest,
           bool_or(n.failed AND n.occurred_at >= p_locked_from AND n.occurred_at < p_locked_to)
             FILTER (WHERE n.place = 1) AS lock_is_meant,
           count(*) FILTER (WHERE n.failed AND n.bases = 0) AS failed,
           count(*) FILTER (WHERE n.failed AND n.bases = 0 AND n.of_origin AND n.in_window) AS of_filter,
           count(*) FILTER (WHERE n.failed AND n.bases = 0 AND NOT n.of_origin AND n.tried_at >= p_tried_from) AS of_others,
           count(*) FILTER (WHERE n.failed AND n.tries_bases = 0) AS tries,
           count(*) FILTER (WHERE n.failed AND n.tries_bases = 0 AND NOT (n.of_origin AND n.in_window)) AS other_tries,
           bool_or(n.action = 'pin.unlock') FILTER (WHERE n.bases = 0) IS TRUE AS unlocked,
           max((n.details::json ->> 'triesSpent')::integer) FILTER (WHERE n.base AND n.bases = 1) AS base_tries,
           max((n.details::json ->> 'failuresWithoutSuccess')::integer) FILTER (WHERE n.base AND n.bases = 1) AS base_failures,
           coalesce(max((n.details::json ->> 'takenBackInARow')::integer) FILTER (WHERE n.base AND n.bases = 1), 0) AS taken_before
      FROM counted n
     GROUP BY n.card_id, n.event_no, n.pin_status, n.tries_spent, n.failures, n.verifier_generation, n.lock_client, n.lock_address
  ), judged AS (
    SELECT r.*, CASE WHEN r.unlocked THEN 0 ELSE r.base_tries END AS tries_before,
           r.newest = r.event_no AND r.base_failures + r.failed = r.failures
             AND CASE WHEN r.unlocked THEN 0 ELSE r.base_tries END + r.tries = r.tries_spent AS whole
      FROM runs r
  ), decided AS (
    SELECT j.*, CASE
             WHEN j.pin_status = 'closed' THEN 'closed'
             WHEN j.pin_status <> 'locked' THEN 'already-unlocked'
             WHEN j.whole IS NOT TRUE THEN 'history-incomplete'
             WHEN j.lock_is_meant IS NOT TRUE THEN 'other-lock'
             WHEN j.of_others > 0 OR pinward_codes_guessed(p_tenant_id, j.card_id, p_tried_from) THEN 'suspicion'
             WHEN j.tries_before + j.other_tries > 0 THEN 'other-tries'
             WHEN j.taken_before + j.of_filter > p_max_failures THEN 'restored-before'
             WHEN j.failures - j.of_filter >= p_max_failures OR pinward_verifier_given_up(j.verifier_generation)
               THEN 'reset-required'
             WHEN pinward_is_frozen(p_tenant_id, j.card_id) THEN 'frozen'
           END AS cause
      FROM judged j
     -- Without all its steps, and when this lock is over: by the line that locked it.
     WHERE CASE WHEN j.whole AND j.pin_status = 'locked'
                THEN j.of_filter > 0 OR j.lock_is_meant IS NOT TRUE AND j.lock_is_of_filter
                ELSE j.lock_is_of_filter OR coalesce(j.line_is_of_filter, false) END
  ), kept AS (
    INSERT INTO incident_cards (tenant_id, incident_id, card_id, card_event_no, failures, failures_taken_back,
                                taken_back_in_a_row, outcome, cause)
    SELECT p_tenant_id, p_incident_id, d.card_id, d.event_no, d.failures,
           CASE WHEN d.cause IS NULL THEN d.of_filter ELSE 0 END,
           d.taken_before + CASE WHEN d.cause IS NULL THEN d.of_filter ELSE 0 END,
           CASE WHEN d.cause IS NULL THEN 'planned' ELSE 'kept-out' END, d.cause
      FROM decided d
  )
  SELECT count(*), max(l.occurred_at) INTO seen, reached FROM locks l;

  -- The last lock of a full step is looked at again with those of its microsecond.
  UPDATE incidents AS i
     SET searched_until = CASE WHEN seen < p_locks_at_most THEN slice_to
                               ELSE greatest(reached, slice_from + interval '1 microsecond') END
   WHERE i.tenant_id = p_tenant_id AND i.incident_id = p_incident_id;
END
$function$;
