/**
 * Partitions come and go while the service runs, but the service's role owns no table: these functions run as the
 * schema's owner (SECURITY DEFINER, search_path pinned) and can do nothing else.
 *
 * A partition is made as a table of its own and then attached: CREATE TABLE … PARTITION OF would lock out every
 * writer (ACCESS EXCLUSIVE), ATTACH does not. A drop does; it gives up after 500 ms and is tried again later.
 */
export const PARTITION_FUNCTIONS = `
CREATE FUNCTION pinward_make_partition(p_parent text, p_name text, p_bounds text) RETURNS void
LANGUAGE plpgsql AS $function$
BEGIN
  IF to_regclass(format('public.%I', p_name)) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)'
    ' WITH (fillfactor = 70)', p_name, p_parent);
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES %s', p_parent, p_name, p_bounds);
END
$function$;
REVOKE ALL ON FUNCTION pinward_make_partition FROM PUBLIC;

CREATE FUNCTION pinward_ensure_partitions() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '500ms'
AS $function$
DECLARE
  today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
  day   date;
  month date;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('pinward partitions'));
  FOR day IN SELECT today + ahead FROM generate_series(0, 2) AS ahead LOOP
    PERFORM pinward_make_partition('idempotency_records', 'idempotency_records_' || to_char(day, 'YYYYMMDD'),
      format('FROM (%L) TO (%L)', day, day + 1));
  END LOOP;
  FOR month IN SELECT date_trunc('month', today::timestamp) + make_interval(months => ahead) FROM generate_series(0, 2) AS ahead LOOP
    PERFORM pinward_make_partition('audit_events', 'audit_events_' || to_char(month, 'YYYYMM'),
      format('FROM (%L) TO (%L)', month || ' 00:00:00+00', (month + interval '1 month')::date || ' 00:00:00+00'));
  END LOOP;
END
$function$;
REVOKE ALL ON FUNCTION pinward_ensure_partitions FROM PUBLIC;

CREATE FUNCTION pinward_drop_expired_partitions() RETURNS integer
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
REVOKE ALL ON FUNCTION pinward_drop_expired_partitions FROM PUBLIC;
`;
