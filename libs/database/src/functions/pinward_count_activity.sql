-- Adds what the sealed lines from p_from on and before p_to show to the hours of their tenants (docs/adr/0058), from the hour
-- p_since on. A line without a tenant shows nothing. Refused calls that were counted together are one line with their number.
-- Locks are those of pinward_alarm_signs. The caller holds the row of alarm_detection.
CREATE OR REPLACE FUNCTION pinward_count_activity(p_from bigint, p_to bigint, p_since timestamptz)
RETURNS void LANGUAGE sql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $function$
  INSERT INTO activity_hours AS a (tenant_id, hour, kind, count)
  SELECT e.tenant_id, date_bin('1 hour', e.occurred_at, 'epoch'), seen.kind, sum(seen.times)
    FROM audit_leaves l
    JOIN audit_events e ON e.tenant_id = l.tenant_id AND e.occurred_at = l.occurred_at AND e.audit_id = l.audit_id
   CROSS JOIN LATERAL (VALUES
     ('validations', (e.action = 'pin.validate' AND e.result IN ('matched', 'not-matched'))::integer),
     ('wrong-pins', (e.result = 'not-matched')::integer),
     ('locks', (e.result IN ('not-matched', 'unreadable', 'abandoned') AND starts_with(e.details, '{"pinStatus":"locked"'))::integer),
     ('unlocks', (e.action IN ('pin.unlock', 'pin.restore') AND e.result IN ('unlocked', 'restored'))::integer),
     ('otp-issued', (e.action = 'otp.issue' AND e.result = 'issued')::integer),
     ('otp-refusals', (e.action = 'otp.check' AND e.result = 'rejected')::integer),
     ('refused-calls', CASE
        WHEN e.action IN ('api.refused', 'token.refuse') THEN coalesce((e.details::json->>'count')::integer, 1)
        WHEN e.action = 'api.call' AND e.result ~ '^[A-Z]' THEN 1
        ELSE 0 END)) AS seen (kind, times)
   WHERE l.leaf_no >= p_from AND l.leaf_no < p_to AND l.tenant_id <> '*' AND e.phase = 'outcome' AND e.occurred_at >= p_since
     AND e.action IN ('pin.validate', 'pin.change', 'pin.set', 'pin.reset', 'pin.evaluate', 'pin.unlock', 'pin.restore',
                      'otp.issue', 'otp.check', 'api.call', 'api.refused', 'token.refuse')
     AND seen.times > 0
   GROUP BY 1, 2, 3
  ON CONFLICT (tenant_id, hour, kind) DO UPDATE SET count = a.count + excluded.count
$function$;
