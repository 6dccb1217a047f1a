-- A partition is made as its own table and then attached: CREATE TABLE ... PARTITION OF would lock out every writer
-- (ACCESS EXCLUSIVE), ATTACH does not.
CREATE OR REPLACE FUNCTION pinward_make_partition(p_parent text, p_name text, p_bounds text) RETURNS void
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
