-- For services that do not give their limit of failures: the newest one that a service has recorded counts.
CREATE OR REPLACE FUNCTION pinward_spend(
  p_wait boolean, p_max_tries integer, p_window_ms integer,
  p_tenant_ids text[], p_card_ids uuid[], p_evaluation_ids uuid[], p_actions text[],
  p_request_keys bytea[], p_fingerprints bytea[], p_request_ids text[],
  p_client_ids text[], p_subjects text[], p_source_addresses text[],
  p_kids_1 text[], p_digests_1 bytea[], p_kids_2 text[], p_digests_2 bytea[]
) RETURNS TABLE (
  evaluation_id uuid, tries_spent integer, max_tries integer,
  verifier bytea, verifier_salt bytea, verifier_generation integer, pin_account text
) LANGUAGE sql AS $function$
  SELECT s.evaluation_id, s.tries_spent, s.max_tries,
         s.verifier, s.verifier_salt, s.verifier_generation, s.pin_account
    FROM pinward_spend_limited(
           p_wait, p_max_tries, (SELECT p.pin_max_failures FROM deployment_policy p), p_window_ms,
           p_tenant_ids, p_card_ids, p_evaluation_ids, p_actions, p_request_keys, p_fingerprints, p_request_ids,
           p_client_ids, p_subjects, p_source_addresses, p_kids_1, p_digests_1, p_kids_2, p_digests_2) AS s
$function$;
