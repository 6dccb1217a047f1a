-- What an outcome records of its card, as members of a JSON object. A card's row must agree with the newest one (pinctl
-- cards verify). The hash of the PIN verifier shows only whether it is the same.
CREATE OR REPLACE FUNCTION pinward_card_state(c cards) RETURNS text LANGUAGE sql STABLE AS $function$
  SELECT '"pinStatus":"' || c.pin_status || '","triesSpent":' || c.tries_spent
    || ',"failuresWithoutSuccess":' || c.failures_without_success
    || CASE WHEN c.verifier IS NULL THEN ''
            ELSE ',"verifierHash":"' || encode(sha256(c.verifier || c.verifier_salt || int4send(c.verifier_generation)), 'hex') || '"'
       END
$function$;
