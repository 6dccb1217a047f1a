-- Puts an event into the outbox, with the given state of the card.
CREATE OR REPLACE FUNCTION pinward_emit_card_event(p_type text, p_card cards, p_max_tries integer, p_request_id text)
RETURNS void LANGUAGE sql AS $function$
  INSERT INTO outbox_events (tenant_id, type, card_id, event_no, data)
  VALUES (p_card.tenant_id, p_type, p_card.card_id, p_card.event_no,
          pinward_card_event_data(p_card, p_max_tries, p_request_id))
$function$;
