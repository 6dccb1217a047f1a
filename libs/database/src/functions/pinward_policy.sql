-- The members of the policy in force that functions use; nulls while no service has recorded a policy.
CREATE OR REPLACE FUNCTION pinward_policy(OUT pin_max_tries integer, OUT pin_max_failures integer)
LANGUAGE sql STABLE AS $function$
  SELECT (p.content ->> 'pinMaxTries')::integer, (p.content ->> 'pinMaxFailuresWithoutSuccess')::integer
    FROM policies p ORDER BY p.version DESC LIMIT 1
$function$;
