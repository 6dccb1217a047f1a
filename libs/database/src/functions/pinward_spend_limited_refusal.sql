-- For services that know other words for the codes: see pinward_spend_answer.
CREATE OR REPLACE FUNCTION pinward_spend_limited_refusal(
  p_max_tries integer, p_max_failures integer, p_tenant_id text, p_card_id uuid, p_evaluation_id uuid,
  p_request_key bytea, p_fingerprint bytea,
  p_kid_1 text, p_digest_1 bytea, p_kid_2 text, p_digest_2 bytea,
  OUT outcome text, OUT retry_after_ms integer, OUT stored_answer text,
  OUT tries_spent integer, OUT max_tries integer, OUT tries_left integer, OUT event_no bigint,
  OUT verifier bytea, OUT verifier_salt bytea, OUT verifier_generation integer, OUT pin_account text
) LANGUAGE sql AS $function$
  SELECT CASE a.outcome
           WHEN 'CARD_NOT_FOUND' THEN 'unknown-card'
           WHEN 'CARD_CLOSED' THEN 'card-closed'
           WHEN 'PIN_NOT_SET' THEN 'pin-not-set'
           WHEN 'PIN_LOCKED' THEN 'pin-locked'
           WHEN 'PIN_ENVELOPE_REPLAYED' THEN 'envelope-replayed'
           WHEN 'PIN_EVALUATION_IN_PROGRESS' THEN 'evaluation-in-flight'
           WHEN 'REQUEST_IN_PROGRESS' THEN 'request-in-progress'
           WHEN 'REQUEST_ID_REUSED' THEN 'request-id-reused'
           WHEN 'REQUEST_NOT_REPLAYABLE' THEN 'request-not-replayable'
           ELSE a.outcome
         END,
         a.retry_after_ms, a.stored_answer, a.tries_spent, a.max_tries, a.tries_left, a.event_no,
         a.verifier, a.verifier_salt, a.verifier_generation, a.pin_account
    FROM pinward_spend_answer(
           p_max_tries, p_max_failures, p_tenant_id, p_card_id, p_evaluation_id, p_request_key, p_fingerprint,
           p_kid_1, p_digest_1, p_kid_2, p_digest_2) AS a
$function$;
