-- Puts the verifier that a change is about to replace into the history, which keeps p_keep of them.
CREATE OR REPLACE FUNCTION pinward_remember_pin(p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_keep integer)
RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  INSERT INTO pin_history (tenant_id, card_id, sequence, verifier, verifier_salt, verifier_generation,
                           verifier_mac, verifier_mac_generation, verifier_event_no)
  SELECT c.tenant_id, c.card_id, c.event_no + 1, c.verifier, c.verifier_salt, c.verifier_generation,
         c.verifier_mac, c.verifier_mac_generation, c.verifier_event_no
    FROM cards c
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.evaluation_id = p_evaluation_id;
  IF FOUND THEN
    DELETE FROM pin_history h
     WHERE h.tenant_id = p_tenant_id AND h.card_id = p_card_id AND h.sequence NOT IN (
       SELECT kept.sequence FROM pin_history kept
        WHERE kept.tenant_id = p_tenant_id AND kept.card_id = p_card_id
        ORDER BY kept.sequence DESC LIMIT p_keep);
  END IF;
END
$function$;
