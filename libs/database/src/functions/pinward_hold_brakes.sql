-- Until this transaction ends, no brake can be pulled. Always taken before the lock of a card's row.
CREATE OR REPLACE FUNCTION pinward_hold_brakes() RETURNS void LANGUAGE sql AS $function$
  SELECT pg_advisory_xact_lock_shared(hashtextextended('pinward brakes', 0))
$function$;
