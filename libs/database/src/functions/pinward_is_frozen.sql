-- Whether operators have stopped this card.
CREATE OR REPLACE FUNCTION pinward_is_frozen(p_tenant_id text, p_card_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $function$
  SELECT EXISTS (SELECT FROM brakes b
                  WHERE b.tenant_id IN (p_tenant_id, '*') AND b.kind = 'card' AND b.target = p_card_id::text)
$function$;
