-- Gives a place in the tree to every committed line that has none; no writer of lines waits for it. A line is new when
-- the last snapshot did not see its transaction. Neither an identity nor a time would do: both are assigned before the
-- commit, and an older transaction may commit later. Lines of one card keep their order: each was written under the
-- lock of the card's row, with audit_id taken then. Returns what it sealed and the size of the tree; no row while
-- another process seals.
CREATE OR REPLACE FUNCTION pinward_seal_events() RETURNS TABLE (sealed bigint, size bigint)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $function$
DECLARE
  reached audit_sealing;
  seen    pg_snapshot;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('pinward audit sealer')) THEN
    RETURN;
  END IF;
  SELECT * INTO reached FROM audit_sealing;
  IF reached.cluster <> (SELECT system_identifier FROM pg_control_system()) THEN
    RAISE EXCEPTION 'the audit trail comes from another database cluster' USING ERRCODE = 'PW001';
  END IF;

  WITH unsealed AS MATERIALIZED (
    SELECT e.tenant_id, e.occurred_at, e.audit_id, e.card_id,
           sha256('\x00'::bytea || convert_to(pinward_audit_line(e), 'UTF8')) AS hash
      FROM audit_events e
     WHERE (e.xid >= pg_snapshot_xmax(reached.snapshot)
            OR e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(reached.snapshot))))
  ), placed AS (
    INSERT INTO audit_leaves (leaf_no, hash, tenant_id, occurred_at, audit_id, card_id)
    SELECT reached.tree_size + row_number() OVER (ORDER BY u.audit_id) - 1,
           u.hash, u.tenant_id, u.occurred_at, u.audit_id, u.card_id
      FROM unsealed u
  )
  -- The snapshot of this same statement: lines that it saw have their places now, the others are new the next time.
  SELECT count(*), pg_current_snapshot() INTO sealed, seen FROM unsealed;

  size := reached.tree_size + sealed;
  IF sealed > 0 THEN
    UPDATE audit_sealing SET tree_size = size, snapshot = seen;
  END IF;
  RETURN NEXT;
END
$function$;
