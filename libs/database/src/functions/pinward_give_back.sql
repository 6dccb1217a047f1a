-- For services from before ADR 0019.
--
-- A device fault that gave no verdict: the try, the request id and the envelopes are again as they were before.
CREATE OR REPLACE FUNCTION pinward_give_back(
  p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_action text, p_request_key bytea, p_request_id text,
  p_client_id text, p_subject text, p_source_address text,
  p_kid_1 text, p_digest_1 bytea, p_kid_2 text, p_digest_2 bytea
) RETURNS boolean LANGUAGE plpgsql AS $function$
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
    RETURN false;
  END IF;

  DELETE FROM idempotency_records i
   WHERE i.tenant_id = p_tenant_id AND i.request_key = p_request_key AND i.evaluation_id = p_evaluation_id;
  DELETE FROM pin_envelopes e
   WHERE e.tenant_id = p_tenant_id
     AND ((e.kid = p_kid_1 AND e.digest = p_digest_1) OR (e.kid = p_kid_2 AND e.digest = p_digest_2));

  INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase, result,
                            card_id, masked_pan, event_no, evaluation_id, details)
  VALUES (p_tenant_id, p_client_id, p_subject, p_source_address, p_request_id, p_action, 'outcome', 'given-back',
          p_card_id, 'XXXX' || card.pan_last4, card.event_no, p_evaluation_id,
          '{' || pinward_card_state(card) || '}');
  RETURN true;
END
$function$;
