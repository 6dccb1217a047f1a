-- Step 3 of docs/try-counter.md: the verdicts of all evaluations that ended together, each fenced by its evaluation id,
-- in one statement and one commit. It returns those that were settled. A settle after the evaluation was closed changes
-- nothing, so a late success can never refill tries. p_verdict_macs and p_verifier_macs are the HSM host's word (ADR
-- 0019): the former is JSON and goes into the line unchanged, the latter is also stored beside the verifier.
-- A failure that leaves exactly one try is also pin.last_try: the payer is to be alerted before a block is made permanent
-- (Delegated Regulation (EU) 2018/389, article 4(4)). pinward_abandon tells it where nobody settled.
--
-- It is planned once for each connection. With statistics of an almost empty table the joins would scan, and PostgreSQL
-- would plan a statement with array parameters anew at every call. With p_wait it waits for a transaction that is
-- writing one of the cards. Without it such a card is left out, since its writer would hold up all others.
CREATE OR REPLACE FUNCTION pinward_settle_attested(
  p_wait boolean, p_max_tries integer, p_history_length integer,
  p_tenant_ids text[], p_card_ids uuid[], p_evaluation_ids uuid[], p_actions text[], p_verdicts text[],
  p_verifiers bytea[], p_verifier_salts bytea[], p_verifier_generations integer[], p_changed boolean[],
  p_refusals text[], p_answers text[], p_request_keys bytea[], p_request_ids text[],
  p_client_ids text[], p_subjects text[], p_source_addresses text[],
  p_verdict_macs text[], p_verifier_macs bytea[], p_verifier_mac_generations integer[]
) RETURNS TABLE (evaluation_id uuid) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $function$
#variable_conflict use_column
DECLARE
  free uuid[];
BEGIN
  p_max_tries := least(p_max_tries, (SELECT p.pin_max_tries FROM pinward_policy() AS p));
  IF p_wait THEN
    free := ARRAY(
      SELECT r.evaluation_id
        FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids) AS r (tenant_id, card_id, evaluation_id)
        JOIN cards c ON c.tenant_id = r.tenant_id AND c.card_id = r.card_id
       WHERE c.evaluation_id = r.evaluation_id
       ORDER BY r.tenant_id, r.card_id
         FOR NO KEY UPDATE OF c);
  ELSE
    free := ARRAY(
      SELECT r.evaluation_id
        FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids) AS r (tenant_id, card_id, evaluation_id)
        JOIN cards c ON c.tenant_id = r.tenant_id AND c.card_id = r.card_id
       WHERE c.evaluation_id = r.evaluation_id
       ORDER BY r.tenant_id, r.card_id
         FOR NO KEY UPDATE OF c SKIP LOCKED);
  END IF;

  IF true = ANY (p_changed) THEN
    PERFORM pinward_remember_pin(r.tenant_id, r.card_id, r.evaluation_id, greatest(0, p_history_length - 1))
       FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids, p_changed)
            AS r (tenant_id, card_id, evaluation_id, changed)
      WHERE r.changed AND r.evaluation_id = ANY (free);
  END IF;

  RETURN QUERY
  WITH ended AS MATERIALIZED (
    SELECT r.*, r.verdict = 'matched' AS matched, coalesce(t.pin_max_tries, p_max_tries) AS max_tries
      FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids, p_actions, p_verdicts,
                  p_verifiers, p_verifier_salts, p_verifier_generations, p_changed,
                  p_refusals, p_answers, p_request_keys, p_request_ids, p_client_ids, p_subjects, p_source_addresses,
                  p_verdict_macs, p_verifier_macs, p_verifier_mac_generations)
           AS r (tenant_id, card_id, evaluation_id, action, verdict,
                 new_verifier, new_salt, new_generation, changed,
                 refusal, answer, request_key, request_id, client_id, subject, source_address,
                 verdict_mac, new_mac, new_mac_generation)
      LEFT JOIN tenants t ON t.tenant_id = r.tenant_id
     WHERE r.evaluation_id = ANY (free)
  ), settled AS (
    UPDATE cards AS c
       SET evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL,
           tries_spent = CASE WHEN e.matched THEN 0 ELSE c.tries_spent END,
           failures_without_success = CASE WHEN e.matched THEN 0 ELSE c.failures_without_success END,
           pin_status = CASE WHEN NOT e.matched AND pinward_tries_left(c, e.max_tries) = 0 THEN 'locked' ELSE c.pin_status END,
           locked_at = CASE WHEN NOT e.matched AND pinward_tries_left(c, e.max_tries) = 0 THEN clock_timestamp()
                            ELSE c.locked_at END,
           verifier = coalesce(e.new_verifier, c.verifier),
           verifier_salt = coalesce(e.new_salt, c.verifier_salt),
           verifier_generation = coalesce(e.new_generation, c.verifier_generation),
           verifier_mac = CASE WHEN e.new_verifier IS NULL THEN c.verifier_mac ELSE e.new_mac END,
           verifier_mac_generation = CASE WHEN e.new_verifier IS NULL THEN c.verifier_mac_generation
                                          ELSE e.new_mac_generation END,
           verifier_event_no = CASE WHEN e.new_verifier IS NULL THEN c.verifier_event_no ELSE c.event_no END,
           pin_set_at = CASE WHEN e.changed THEN clock_timestamp() ELSE c.pin_set_at END,
           event_no = c.event_no + 1
      FROM ended e
     WHERE c.tenant_id = e.tenant_id AND c.card_id = e.card_id AND c.evaluation_id = e.evaluation_id
    RETURNING e.*, c AS card
  ), answered AS (
    UPDATE idempotency_records AS i SET answer = s.answer
      FROM settled s
     WHERE i.tenant_id = s.tenant_id AND i.request_key = s.request_key AND i.evaluation_id = s.evaluation_id
  ), recorded AS (
    INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase, result,
                              card_id, masked_pan, event_no, evaluation_id, details)
    SELECT s.tenant_id, s.client_id, s.subject, s.source_address, s.request_id, s.action, 'outcome', s.verdict,
           s.card_id, 'XXXX' || (s.card).pan_last4, (s.card).event_no, s.evaluation_id,
           '{' || pinward_card_state(s.card) || coalesce(',"refusal":' || to_json(s.refusal), '')
             || CASE WHEN s.changed THEN ',"changed":true' WHEN s.new_verifier IS NOT NULL THEN ',"renewed":true' ELSE '' END
             || coalesce(',"verdictMac":' || s.verdict_mac, '')
             || CASE WHEN s.new_verifier IS NOT NULL
                     THEN coalesce(',"verifierMac":{"key":' || s.new_mac_generation || ',"mac":"' || encode(s.new_mac, 'base64') || '"}', '')
                     ELSE '' END
             || '}'
      FROM settled s
  ), emitted AS (
    INSERT INTO outbox_events (tenant_id, type, card_id, event_no, data)
    SELECT s.tenant_id, event.type, s.card_id, (s.card).event_no,
           pinward_card_event_data(s.card, s.max_tries, s.request_id)
      FROM settled s CROSS JOIN LATERAL (VALUES
             ('pin.changed', s.changed),
             ('pin.try_failed', s.verdict IN ('not-matched', 'unreadable')),
             ('pin.last_try', NOT s.matched AND pinward_tries_left(s.card, s.max_tries) = 1),
             ('pin.locked', (s.card).pin_status = 'locked')) AS event (type, happened)
     WHERE event.happened
  )
  SELECT s.evaluation_id FROM settled s;
END
$function$;
