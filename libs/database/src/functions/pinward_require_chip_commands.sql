-- In the transaction that writes the card: makes these commands pending for its chip, in place of those of their kinds that
-- still are, and tells of it. Nothing for a card without a chip. The card's row is locked by the caller's write, so no
-- report comes between. pin_version is the card's event number when its PIN became what it is: it grows with each PIN.
CREATE OR REPLACE FUNCTION pinward_require_chip_commands(
  p_tenant_id text, p_card_id uuid, p_commands text[], p_max_tries integer, p_request_id text
) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
  -- A host may report late; a command that ended before is forgotten with the next one of its kind.
  kept CONSTANT interval := '400 days';
  card cards;
BEGIN
  SELECT c.* INTO card FROM cards c WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.chip;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  UPDATE chip_commands AS p SET status = 'superseded', ended_at = clock_timestamp()
   WHERE p.tenant_id = p_tenant_id AND p.card_id = p_card_id AND p.command = ANY (p_commands) AND p.status = 'pending';
  DELETE FROM chip_commands p
   WHERE p.tenant_id = p_tenant_id AND p.card_id = p_card_id AND p.command = ANY (p_commands)
     AND p.ended_at < clock_timestamp() - kept;

  INSERT INTO chip_commands (tenant_id, command_id, card_id, command, pin_version)
  SELECT p_tenant_id, gen_random_uuid(), p_card_id, required.command,
         CASE WHEN 'CHANGE_PIN' = ANY (p_commands) THEN card.event_no
              ELSE coalesce((SELECT max(p.pin_version) FROM chip_commands p
                              WHERE p.tenant_id = p_tenant_id AND p.card_id = p_card_id), card.event_no) END
    FROM unnest(p_commands) AS required (command);

  INSERT INTO outbox_events (tenant_id, type, card_id, event_no, data)
  SELECT p_tenant_id, 'chip.update_pending', p_card_id, card.event_no,
         pinward_card_event_data(card, coalesce(t.pin_max_tries, p_max_tries), p_request_id)::jsonb
           || jsonb_build_object('pendingCommands', pinward_pending_chip_commands(p_tenant_id, p_card_id))
    FROM tenants t WHERE t.tenant_id = p_tenant_id;
END
$function$;
