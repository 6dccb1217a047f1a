-- The kind of brake that stops this operation of this caller now; null for none. A caller that relies on it holds the
-- lock of docs/adr/0034 shared, so that no brake is pulled between this look and the effect. `client-pins` stops what a
-- client could guess with: its PINs, and what uses a one-time password (docs/alarms.md).
CREATE OR REPLACE FUNCTION pinward_brake(p_tenant_id text, p_client_id text, p_action text, p_card_id text)
RETURNS text LANGUAGE sql STABLE AS $function$
  SELECT b.kind
    FROM brakes b
   WHERE b.tenant_id IN (p_tenant_id, '*')
     AND (b.kind, b.target) IN (('client', p_client_id), ('everything', '*'), ('operation', p_action), ('card', p_card_id),
                              ('client-pins', CASE WHEN p_action IN ('pin.set', 'pin.validate', 'pin.change', 'pin.reset', 'card.reveal')
                                                   THEN p_client_id END))
   ORDER BY array_position(ARRAY['client', 'everything', 'operation', 'client-pins', 'card'], b.kind)
   LIMIT 1
$function$;
