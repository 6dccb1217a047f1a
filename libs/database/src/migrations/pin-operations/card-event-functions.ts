/** The one place that decides what an event about a card tells its receivers. */
export const CARD_EVENT_FUNCTIONS = `
CREATE FUNCTION pinward_card_event_data(p_card cards, p_max_tries integer, p_request_id text)
RETURNS text LANGUAGE sql STABLE AS $function$
  SELECT json_build_object(
    'cardId', p_card.card_id,
    'cardRef', p_card.card_ref,
    'maskedPan', 'XXXX' || p_card.pan_last4,
    'pinStatus', p_card.pin_status,
    'triesRemaining', CASE p_card.pin_status WHEN 'locked' THEN 0 ELSE greatest(0, p_max_tries - p_card.tries_spent) END,
    'requestId', p_request_id
  )::text
$function$;

CREATE FUNCTION pinward_emit_card_event(p_type text, p_card cards, p_max_tries integer, p_request_id text)
RETURNS void LANGUAGE sql AS $function$
  INSERT INTO outbox_events (tenant_id, type, card_id, event_no, data)
  VALUES (p_card.tenant_id, p_type, p_card.card_id, p_card.event_no,
          pinward_card_event_data(p_card, p_max_tries, p_request_id))
$function$;
`;
