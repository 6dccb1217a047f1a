-- For services that do not give their limit of failures: see pinward_spend.
CREATE OR REPLACE FUNCTION pinward_spend_refusal(
  p_max_tries integer, p_tenant_id text, p_card_id uuid, p_evaluation_id uuid,
  p_request_key bytea, p_fingerprint bytea,
  p_kid_1 text, p_digest_1 bytea, p_kid_2 text, p_digest_2 bytea,
  OUT outcome text, OUT retry_after_ms integer, OUT stored_answer text,
  OUT tries_spent integer, OUT max_tries integer,
  OUT verifier bytea, OUT verifier_salt bytea, OUT verifier_generation integer, OUT pin_account text
) LANGUAGE sql AS $function$
  SELECT r.outcome, r.retry_after_ms, r.stored_answer, r.tries_spent, r.max_tries,
         r.verifier, r.verifier_salt, r.verifier_generation, r.pin_account
    FROM pinward_spend_limited_refusal(
           p_max_tries, (SELECT p.pin_max_failures FROM deployment_policy p), p_tenant_id, p_card_id, p_evaluation_id,
           p_request_key, p_fingerprint, p_kid_1, p_digest_1, p_kid_2, p_digest_2) AS r
$function$;
