-- The sweeper's use of pinward_abandon: up to p_limit overdue evaluations.
CREATE OR REPLACE FUNCTION pinward_close_abandoned(p_limit integer, p_max_tries integer) RETURNS integer
LANGUAGE plpgsql AS $function$
DECLARE
  -- A record gets its time before its transaction commits: one that took long must not be missed.
  slowest_commit CONSTANT interval := '2 minutes';
  mark      timestamptz;
  next_mark timestamptz := clock_timestamp() - slowest_commit;
  overdue   record;
  seen      integer := 0;
  closed    integer := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('pinward sweeper')) THEN
    RETURN 0;
  END IF;
  SELECT m.reached INTO mark FROM maintenance_marks m WHERE m.name = 'abandoned-evaluations';

  -- SKIP LOCKED: a card that another transaction is writing is left for the next round, and no transaction waits for a
  -- sweep.
  FOR overdue IN
    SELECT i.tenant_id, i.card_id, i.evaluation_id
      FROM idempotency_records i
      JOIN cards c ON c.tenant_id = i.tenant_id AND c.card_id = i.card_id AND c.evaluation_id = i.evaluation_id
     WHERE i.created_at >= mark AND i.answer IS NULL AND c.evaluation_deadline <= clock_timestamp()
     ORDER BY i.created_at
     LIMIT p_limit
       FOR UPDATE OF c SKIP LOCKED
  LOOP
    seen := seen + 1;
    IF pinward_abandon(overdue.tenant_id, overdue.card_id, overdue.evaluation_id, p_max_tries) THEN
      closed := closed + 1;
    END IF;
  END LOOP;

  -- Everything up to the oldest evaluation in flight is finished; the mark moves in steps, not every round.
  IF seen < p_limit AND next_mark > mark + interval '1 minute' THEN
    SELECT least(next_mark, min(i.created_at)) INTO next_mark
      FROM idempotency_records i
      JOIN cards c ON c.tenant_id = i.tenant_id AND c.card_id = i.card_id AND c.evaluation_id = i.evaluation_id
     WHERE i.created_at >= mark AND i.created_at < next_mark AND i.answer IS NULL;
    UPDATE maintenance_marks AS m SET reached = next_mark
     WHERE m.name = 'abandoned-evaluations' AND m.reached < next_mark;
  END IF;
  RETURN closed;
END
$function$;
