-- Keeps how far the trail is counted for alarms. All that was committed before counted_to is counted: it is the time of the
-- next line, sealed or not, and now where there is none. So it stands still when lines are counted no longer, and when
-- they are sealed no longer. The caller holds the row.
CREATE OR REPLACE FUNCTION pinward_alarms_counted(p_next_leaf bigint, p_learned_from timestamptz, p_learned_to timestamptz)
RETURNS void LANGUAGE sql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $function$
  UPDATE alarm_detection SET next_leaf = p_next_leaf, learned_from = p_learned_from, learned_to = p_learned_to,
    counted_to = least(
      clock_timestamp(),
      (SELECT l.occurred_at FROM audit_leaves l WHERE l.leaf_no >= p_next_leaf ORDER BY l.leaf_no LIMIT 1),
      (SELECT min(e.occurred_at) FROM audit_events e
        WHERE e.xid >= (SELECT pg_snapshot_xmax(s.snapshot) FROM audit_sealing s)
           OR e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(s.snapshot) FROM audit_sealing s))))
$function$;
