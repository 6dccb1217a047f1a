-- How many more evaluations a card is granted before it locks: of the tries since its last success or unlock, and of its
-- failures in a row, whichever ends first. The limit of failures is the newest that a service has recorded at its start;
-- this only tells (status, events): what is granted is decided by the limit that pinward_spend_limited is given.
CREATE OR REPLACE FUNCTION pinward_tries_left(c cards, p_max_tries integer) RETURNS integer
LANGUAGE sql STABLE AS $function$
  SELECT greatest(0, least(p_max_tries - c.tries_spent,
                           (SELECT p.pin_max_failures FROM deployment_policy p) - c.failures_without_success))
$function$;
