-- Whether the wrapping key of a PIN is lost: then no PIN matches, and only a reset helps (docs/key-ceremony.md).
CREATE OR REPLACE FUNCTION pinward_verifier_given_up(p_generation integer) RETURNS boolean LANGUAGE sql STABLE AS $function$
  SELECT EXISTS (SELECT FROM hsm_keys k
                  WHERE k.kind = 'pin-wrapping' AND k.generation = p_generation AND k.state = 'retired')
$function$;
