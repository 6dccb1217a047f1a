-- Whether so many wrong one-time passwords were given for a card since then that one of them may have been guessed at.
-- Looks at the card's newest 500 lines.
CREATE OR REPLACE FUNCTION pinward_codes_guessed(p_tenant_id text, p_card_id uuid, p_since timestamptz)
RETURNS boolean LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $function$
  SELECT count(*) >= 3
    -- OFFSET 0: planned for all leaves of the card. Planned for the newest of them, without statistics, it would read the
    -- whole tree backwards.
    FROM (SELECT * FROM (SELECT * FROM audit_leaves l WHERE l.tenant_id = p_tenant_id AND l.card_id = p_card_id
                          ORDER BY l.leaf_no DESC OFFSET 0) AS of_card
           LIMIT 500) AS l
    JOIN audit_events e ON e.tenant_id = l.tenant_id AND e.occurred_at = l.occurred_at AND e.audit_id = l.audit_id
   WHERE l.occurred_at >= p_since AND e.action = 'otp.check' AND e.result = 'rejected'
$function$;
