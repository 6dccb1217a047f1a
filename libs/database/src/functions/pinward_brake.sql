-- What keeps this caller from this operation now: the kind of the brake that somebody has pulled, null for none. Whoever
-- goes by it holds the lock of docs/adr/0034 shared, so that nobody pulls one between this and the effect.
CREATE OR REPLACE FUNCTION pinward_brake(p_tenant_id text, p_client_id text, p_action text, p_card_id text)
RETURNS text LANGUAGE sql STABLE AS $function$
  SELECT b.kind
    FROM brakes b
   WHERE b.tenant_id IN (p_tenant_id, '*')
     AND (b.kind, b.target) IN (('client', p_client_id), ('everything', '*'), ('operation', p_action), ('card', p_card_id))
   ORDER BY array_position(ARRAY['client', 'everything', 'operation', 'card'], b.kind)
   LIMIT 1
$function$;
