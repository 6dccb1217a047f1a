-- How many more evaluations a card is granted before it locks: the smaller rest of the tries since its last success or
-- unlock and of its failures in a row. The limit of failures is the policy's. Without a policy, it is the one that the
-- newest service of the previous version has recorded.
CREATE OR REPLACE FUNCTION pinward_tries_left(c cards, p_max_tries integer) RETURNS integer
LANGUAGE sql STABLE AS $function$
  SELECT greatest(0, least(p_max_tries - c.tries_spent,
                           coalesce((SELECT p.pin_max_failures FROM pinward_policy() AS p),
                                    (SELECT d.pin_max_failures FROM deployment_policy d)) - c.failures_without_success))
$function$;
