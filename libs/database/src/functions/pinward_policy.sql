-- The policy that holds, as far as functions go by it; nulls while no service has recorded any.
CREATE OR REPLACE FUNCTION pinward_policy(OUT pin_max_tries integer, OUT pin_max_failures integer)
LANGUAGE sql STABLE AS $function$
  SELECT (p.content ->> 'pinMaxTries')::integer, (p.content ->> 'pinMaxFailuresWithoutSuccess')::integer
    FROM policies p ORDER BY p.version DESC LIMIT 1
$function$;
