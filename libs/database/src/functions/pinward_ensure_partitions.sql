-- Partitions come and go while the service runs, but the service's role owns no table. So this runs as the schema's
-- owner (SECURITY DEFINER, search_path pinned) and can do nothing else.
CREATE OR REPLACE FUNCTION pinward_ensure_partitions() RETURNS void
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
