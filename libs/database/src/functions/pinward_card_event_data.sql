-- Only this function decides what an event about a card contains.
CREATE OR REPLACE FUNCTION pinward_card_event_data(p_card cards, p_max_tries integer, p_request_id text)
RETURNS text LANGUAGE sql STABLE AS $function$
  SELECT json_build_object(
    'cardId', p_card.card_id,
    'cardRef', p_card.card_ref,
    'maskedPan', 'XXXX' || p_card.pan_last4,
    'pinStatus', p_card.pin_status,
    'triesRemaining', CASE p_card.pin_status WHEN 'locked' THEN 0 ELSE pinward_tries_left(p_card, p_max_tries) END,
    'requestId', p_request_id
  )::text
$function$;
