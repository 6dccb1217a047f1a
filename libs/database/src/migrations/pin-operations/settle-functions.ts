/**
 * Step 3 of docs/try-counter.md: the verdict, fenced by the evaluation id. A settle that comes after the evaluation
 * was closed changes nothing and learns the answer that counts, if there is one; so a stale success can never
 * refill tries.
 */
export const SETTLE_FUNCTIONS = `
CREATE FUNCTION pinward_remember_pin(p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_keep integer)
RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  -- The row is locked, so that the settle which follows finds the evaluation as it is seen here.
  INSERT INTO pin_history (tenant_id, card_id, sequence, verifier, verifier_salt, verifier_generation)
  SELECT c.tenant_id, c.card_id, c.event_no + 1, c.verifier, c.verifier_salt, c.verifier_generation
    FROM cards c
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.evaluation_id = p_evaluation_id
     FOR UPDATE;
  IF FOUND THEN
    DELETE FROM pin_history h
     WHERE h.tenant_id = p_tenant_id AND h.card_id = p_card_id AND h.sequence NOT IN (
       SELECT kept.sequence FROM pin_history kept
        WHERE kept.tenant_id = p_tenant_id AND kept.card_id = p_card_id
        ORDER BY kept.sequence DESC LIMIT p_keep);
  END IF;
END
$function$;

CREATE FUNCTION pinward_settle(
  p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_action text, p_verdict text,
  p_max_tries integer, p_history_length integer,
  p_verifier bytea, p_verifier_salt bytea, p_verifier_generation integer, p_changed boolean,
  p_refusal text, p_answer text, p_request_key bytea, p_request_id text,
  p_client_id text, p_subject text, p_source_address text,
  OUT outcome text, OUT stored_answer text
) LANGUAGE plpgsql AS $function$
DECLARE
  card      cards;
  matched   CONSTANT boolean := p_verdict = 'matched';
  max_tries integer;
BEGIN
  IF p_changed THEN
    PERFORM pinward_remember_pin(p_tenant_id, p_card_id, p_evaluation_id, greatest(0, p_history_length - 1));
  END IF;
  IF NOT matched THEN
    SELECT t.pin_max_tries INTO max_tries FROM tenants t WHERE t.tenant_id = p_tenant_id;
  END IF;
  max_tries := coalesce(max_tries, p_max_tries);

  UPDATE cards AS c
     SET evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL,
         tries_spent = CASE WHEN matched THEN 0 ELSE c.tries_spent END,
         failures_without_success = CASE WHEN matched THEN 0 ELSE c.failures_without_success END,
         pin_status = CASE WHEN NOT matched AND c.tries_spent >= max_tries THEN 'locked' ELSE c.pin_status END,
         locked_at = CASE WHEN NOT matched AND c.tries_spent >= max_tries THEN clock_timestamp() ELSE c.locked_at END,
         verifier = coalesce(p_verifier, c.verifier),
         verifier_salt = coalesce(p_verifier_salt, c.verifier_salt),
         verifier_generation = coalesce(p_verifier_generation, c.verifier_generation),
         pin_set_at = CASE WHEN p_changed THEN clock_timestamp() ELSE c.pin_set_at END,
         event_no = c.event_no + 1
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.evaluation_id = p_evaluation_id
  RETURNING c.* INTO card;
  IF NOT FOUND THEN
    SELECT i.answer INTO stored_answer FROM idempotency_records i
     WHERE i.tenant_id = p_tenant_id AND i.request_key = p_request_key AND i.evaluation_id = p_evaluation_id;
    outcome := CASE WHEN stored_answer IS NULL THEN 'fenced' ELSE 'answered' END;
    RETURN;
  END IF;

  UPDATE idempotency_records AS i SET answer = p_answer
   WHERE i.tenant_id = p_tenant_id AND i.request_key = p_request_key AND i.evaluation_id = p_evaluation_id;

  INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase, result,
                            card_id, event_no, evaluation_id, details)
  VALUES (p_tenant_id, p_client_id, p_subject, p_source_address, p_request_id, p_action, 'outcome', p_verdict,
          p_card_id, card.event_no, p_evaluation_id,
          json_strip_nulls(json_build_object(
            'triesSpent', card.tries_spent, 'pinStatus', card.pin_status, 'refusal', p_refusal,
            'changed', CASE WHEN p_changed THEN true END,
            'renewed', CASE WHEN p_verifier IS NOT NULL AND NOT p_changed THEN true END))::text);

  IF p_changed THEN
    PERFORM pinward_emit_card_event('pin.changed', card, max_tries, p_request_id);
  END IF;
  IF p_verdict IN ('not-matched', 'unreadable') THEN
    PERFORM pinward_emit_card_event('pin.try_failed', card, max_tries, p_request_id);
  END IF;
  IF card.pin_status = 'locked' THEN
    PERFORM pinward_emit_card_event('pin.locked', card, max_tries, p_request_id);
  END IF;
  outcome := 'settled';
END
$function$;

CREATE FUNCTION pinward_give_back(
  p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_action text, p_request_key bytea, p_request_id text,
  p_client_id text, p_subject text, p_source_address text,
  p_kid_1 text, p_digest_1 bytea, p_kid_2 text, p_digest_2 bytea,
  OUT outcome text, OUT stored_answer text
) LANGUAGE plpgsql AS $function$
DECLARE
  card cards;
BEGIN
  UPDATE cards AS c
     SET evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL,
         tries_spent = c.tries_spent - 1,
         failures_without_success = c.failures_without_success - 1,
         event_no = c.event_no + 1
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.evaluation_id = p_evaluation_id
  RETURNING c.* INTO card;
  IF NOT FOUND THEN
    SELECT i.answer INTO stored_answer FROM idempotency_records i
     WHERE i.tenant_id = p_tenant_id AND i.request_key = p_request_key AND i.evaluation_id = p_evaluation_id;
    outcome := CASE WHEN stored_answer IS NULL THEN 'fenced' ELSE 'answered' END;
    RETURN;
  END IF;

  DELETE FROM idempotency_records i
   WHERE i.tenant_id = p_tenant_id AND i.request_key = p_request_key AND i.evaluation_id = p_evaluation_id;
  DELETE FROM pin_envelopes e
   WHERE e.tenant_id = p_tenant_id
     AND ((e.kid = p_kid_1 AND e.digest = p_digest_1) OR (e.kid = p_kid_2 AND e.digest = p_digest_2));

  INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase, result,
                            card_id, event_no, evaluation_id, details)
  VALUES (p_tenant_id, p_client_id, p_subject, p_source_address, p_request_id, p_action, 'outcome', 'given-back',
          p_card_id, card.event_no, p_evaluation_id,
          json_build_object('triesSpent', card.tries_spent, 'pinStatus', card.pin_status)::text);
  outcome := 'settled';
END
$function$;
`;
