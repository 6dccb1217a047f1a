-- Until this transaction ends, no brake is pulled: taken before any card's row, always in this order.
CREATE OR REPLACE FUNCTION pinward_hold_brakes() RETURNS void LANGUAGE sql AS $function$
  SELECT pg_advisory_xact_lock_shared(hashtextextended('pinward brakes', 0))
$function$;
