-- Step 1 of docs/try-counter.md, for all requests that came together. The whole set is one statement and one commit,
-- since a commit and the start of a statement cost the database more than the rows that they write.
--
-- Grants what can be granted, and leaves the other requests untouched. Cards that may be granted are locked first. Then
-- everything that could refuse a request is looked at in a snapshot under these locks, so that nothing is granted on an
-- outdated state. A refusal writes nothing: the row of a card that is locked or in flight is not even locked. Without
-- p_wait a card that another transaction is writing is left out; its request is then run alone, and waits. Every insert
-- depends on the write of the card's row. INSERTs are plain: a unique violation (one request id or envelope on two
-- cards at once) rolls the whole set back, and the caller runs each request alone.
--
-- A try is granted only while both limits allow it: the tries since the last success or unlock, and the failures in a
-- row. An unlock gives back only the former. tries_left is what remains if this try fails, event_no the card's event
-- number after the spend.
--
-- The limits are the database's (docs/adr/0033). The caller's own limits can only be stricter, for instance while a
-- replica has not seen a change yet.
--
-- Nothing is granted that operators have stopped (docs/adr/0034).
--
-- It is planned once for each connection, like pinward_settle.
CREATE OR REPLACE FUNCTION pinward_spend_limited(
  p_wait boolean, p_max_tries integer, p_max_failures integer, p_window_ms integer,
  p_tenant_ids text[], p_card_ids uuid[], p_evaluation_ids uuid[], p_actions text[],
  p_request_keys bytea[], p_fingerprints bytea[], p_request_ids text[],
  p_client_ids text[], p_subjects text[], p_source_addresses text[],
  p_kids_1 text[], p_digests_1 bytea[], p_kids_2 text[], p_digests_2 bytea[]
) RETURNS TABLE (
  evaluation_id uuid, tries_spent integer, max_tries integer, tries_left integer, event_no bigint,
  verifier bytea, verifier_salt bytea, verifier_generation integer, pin_account text
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $function$
#variable_conflict use_column
DECLARE
  free   uuid[];
  pulled boolean;
BEGIN
  PERFORM pinward_hold_brakes();
  -- Every statement after this sees the brakes that were pulled before, and no further one can be pulled.
  pulled := EXISTS (SELECT FROM brakes);
  SELECT least(p_max_tries, p.pin_max_tries), least(p_max_failures, p.pin_max_failures)
    INTO p_max_tries, p_max_failures FROM pinward_policy() AS p;
  IF p_wait THEN
    free := ARRAY(
      SELECT r.evaluation_id
        FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids) AS r (tenant_id, card_id, evaluation_id)
        JOIN cards c ON c.tenant_id = r.tenant_id AND c.card_id = r.card_id
       WHERE c.pin_status = 'active' AND c.evaluation_id IS NULL
       ORDER BY r.tenant_id, r.card_id
         FOR NO KEY UPDATE OF c);
  ELSE
    free := ARRAY(
      SELECT r.evaluation_id
        FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids) AS r (tenant_id, card_id, evaluation_id)
        JOIN cards c ON c.tenant_id = r.tenant_id AND c.card_id = r.card_id
       WHERE c.pin_status = 'active' AND c.evaluation_id IS NULL
       ORDER BY r.tenant_id, r.card_id
         FOR NO KEY UPDATE OF c SKIP LOCKED);
  END IF;

  RETURN QUERY
  WITH grantable AS MATERIALIZED (
    SELECT r.*, least(coalesce(t.pin_max_tries, p_max_tries), p_max_failures) AS max_tries
      FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids, p_actions, p_request_keys, p_fingerprints, p_request_ids,
                  p_client_ids, p_subjects, p_source_addresses, p_kids_1, p_digests_1, p_kids_2, p_digests_2)
           AS r (tenant_id, card_id, evaluation_id, action, request_key, fingerprint, request_id,
                 client_id, subject, source_address, kid_1, digest_1, kid_2, digest_2)
      JOIN cards c ON c.tenant_id = r.tenant_id AND c.card_id = r.card_id
      LEFT JOIN tenants t ON t.tenant_id = r.tenant_id
     WHERE r.evaluation_id = ANY (free)
       AND c.pin_status = 'active'
       AND c.evaluation_id IS NULL
       AND c.tries_spent < coalesce(t.pin_max_tries, p_max_tries)
       AND c.failures_without_success < p_max_failures
       AND (NOT pulled OR pinward_brake(r.tenant_id, r.client_id, r.action, r.card_id::text) IS NULL)
       AND NOT EXISTS (SELECT FROM idempotency_records i
                        WHERE i.tenant_id = r.tenant_id AND i.request_key = r.request_key)
       AND NOT EXISTS (SELECT FROM pin_envelopes e
                        WHERE e.tenant_id = r.tenant_id AND e.kid = r.kid_1 AND e.digest = r.digest_1)
       AND (r.kid_2 IS NULL OR NOT EXISTS (SELECT FROM pin_envelopes e
                        WHERE e.tenant_id = r.tenant_id AND e.kid = r.kid_2 AND e.digest = r.digest_2))
       AND (r.kid_1 = r.kid_2 AND r.digest_1 = r.digest_2) IS NOT TRUE
  ), spent AS (
    UPDATE cards AS c
       SET tries_spent = c.tries_spent + 1,
           failures_without_success = c.failures_without_success + 1,
           evaluation_id = g.evaluation_id,
           evaluation_deadline = clock_timestamp() + p_window_ms * interval '1 millisecond',
           evaluation_request_key = g.request_key,
           event_no = c.event_no + 1
      FROM grantable g
     WHERE c.tenant_id = g.tenant_id AND c.card_id = g.card_id
    RETURNING g.*, c.event_no, c.tries_spent::integer AS tries_spent,
              least(g.max_tries - c.tries_spent, p_max_failures - c.failures_without_success)::integer AS tries_left,
              c.verifier, c.verifier_salt, c.verifier_generation, c.pin_account, 'XXXX' || c.pan_last4 AS masked_pan
  ), claimed AS (
    INSERT INTO idempotency_records (tenant_id, request_key, request_id, action, card_id, evaluation_id, fingerprint)
    SELECT s.tenant_id, s.request_key, s.request_id, s.action, s.card_id, s.evaluation_id, s.fingerprint FROM spent s
  ), registered AS (
    INSERT INTO pin_envelopes (tenant_id, kid, digest)
    SELECT s.tenant_id, e.kid, e.digest
      FROM spent s CROSS JOIN LATERAL (VALUES (s.kid_1, s.digest_1), (s.kid_2, s.digest_2)) AS e (kid, digest)
     WHERE e.kid IS NOT NULL
     -- Always in the same order: otherwise two requests with the same pair would deadlock.
     ORDER BY e.digest, e.kid
  ), recorded AS (
    INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase,
                              card_id, masked_pan, event_no, evaluation_id)
    SELECT s.tenant_id, s.client_id, s.subject, s.source_address, s.request_id, s.action, 'intent',
           s.card_id, s.masked_pan, s.event_no, s.evaluation_id
      FROM spent s
  )
  SELECT s.evaluation_id, s.tries_spent, s.max_tries, s.tries_left, s.event_no,
         s.verifier::bytea, s.verifier_salt::bytea, s.verifier_generation::integer, s.pin_account::text
    FROM spent s;
END
$function$;
