-- Like pinward_ensure_partitions it runs as the schema's owner. A drop locks out every writer, so it gives up after 500
-- ms and is tried again later.
CREATE OR REPLACE FUNCTION pinward_drop_expired_partitions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '500ms'
AS $function$
DECLARE
  oldest_kept date := ((clock_timestamp() - interval '24 hours') AT TIME ZONE 'UTC')::date;
  partition   name;
  dropped     integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('pinward partitions'));
  FOR partition IN
    SELECT child.relname
      FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
     WHERE inhparent = 'public.idempotency_records'::regclass
       AND to_date(right(child.relname, 8), 'YYYYMMDD') < oldest_kept
  LOOP
    EXECUTE format('DROP TABLE public.%I', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$function$;
