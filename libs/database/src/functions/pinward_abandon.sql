-- An evaluation past its deadline stays spent: its verdict is unknown. It is closed only here, by the sweeper or by the
-- next request that meets it. After that its request id has a final answer, and a late settle is fenced.
CREATE OR REPLACE FUNCTION pinward_abandon(p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_max_tries integer)
RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
  before      record;
  card        cards;
  max_tries   integer;
  of_request  text;
  of_action   text;
BEGIN
  p_max_tries := least(p_max_tries, (SELECT p.pin_max_tries FROM pinward_policy() AS p));
  SELECT c.evaluation_request_key AS request_key, coalesce(t.pin_max_tries, p_max_tries) AS max_tries INTO before
    FROM cards c LEFT JOIN tenants t USING (tenant_id)
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.evaluation_id = p_evaluation_id;

  UPDATE cards AS c
     SET evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL,
         pin_status = CASE WHEN pinward_tries_left(c, before.max_tries) = 0 THEN 'locked' ELSE c.pin_status END,
         locked_at = CASE WHEN pinward_tries_left(c, before.max_tries) = 0 THEN clock_timestamp() ELSE c.locked_at END,
         event_no = c.event_no + 1
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id
     AND c.evaluation_id = p_evaluation_id AND c.evaluation_deadline <= clock_timestamp()
  RETURNING c.* INTO card;
  IF NOT FOUND THEN
    RETURN false;
  END IF;

  UPDATE idempotency_records AS i
     SET answer = '{"problem":"EVALUATION_ABANDONED","members":{}}'
   WHERE i.tenant_id = p_tenant_id AND i.request_key = before.request_key AND i.evaluation_id = p_evaluation_id
  RETURNING i.request_id, i.action INTO of_request, of_action;

  -- After days without a sweep, the request's record has been dropped with its day. The card must still become free.
  of_request := coalesce(of_request, 'expired');
  INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result,
                            card_id, masked_pan, event_no, evaluation_id, details)
  VALUES (p_tenant_id, 'pinward', 'sweeper', of_request, coalesce(of_action, 'pin.evaluate'), 'outcome', 'abandoned',
          p_card_id, 'XXXX' || card.pan_last4, card.event_no, p_evaluation_id,
          '{' || pinward_card_state(card) || '}');
  IF card.pin_status = 'locked' THEN
    PERFORM pinward_emit_card_event('pin.locked', card, before.max_tries, of_request);
  ELSIF pinward_tries_left(card, before.max_tries) = 1 THEN
    PERFORM pinward_emit_card_event('pin.last_try', card, before.max_tries, of_request);
  END IF;
  RETURN true;
END
$function$;
