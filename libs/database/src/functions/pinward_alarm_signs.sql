-- What could be guessing, in the sealed lines from p_from on and before p_to: counted by tenant, client, kind and five
-- minutes (docs/alarms.md), and by whether they are of the past that teaches. `cards` counts the first wrong PIN of a card since its last right one, so a card is counted
-- once however many wrong PINs follow. A line without a tenant shows nothing. What a repeated request is answered with is
-- no sign of its own: only lines of effects are counted, and refused envelopes, which have no effect.
CREATE OR REPLACE FUNCTION pinward_alarm_signs(p_from bigint, p_to bigint, p_learned_to timestamptz)
RETURNS TABLE (tenant_id text, client_id text, kind text, at timestamptz, teaches boolean, count integer)
LANGUAGE sql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $function$
  SELECT e.tenant_id, e.client_id, sign.kind, date_bin('5 minutes', e.occurred_at, 'epoch'), e.occurred_at < p_learned_to, count(*)::integer
    FROM audit_leaves l
    JOIN audit_events e ON e.tenant_id = l.tenant_id AND e.occurred_at = l.occurred_at AND e.audit_id = l.audit_id
   CROSS JOIN LATERAL (VALUES
     ('wrong-pins', e.result = 'not-matched'),
     ('cards', e.result = 'not-matched' AND strpos(e.details, '"failuresWithoutSuccess":1,') > 0),
     ('locks', e.result IN ('not-matched', 'unreadable', 'abandoned') AND starts_with(e.details, '{"pinStatus":"locked"')),
     ('otp-refusals', e.action = 'otp.check' AND e.result = 'rejected'),
     ('unreadable-envelopes', e.result = 'unreadable'
        OR (e.result = 'refused' AND strpos(e.details, '"refusal":"PIN_ENVELOPE_UNREADABLE"') > 0)),
     ('replays', e.action = 'api.call' AND e.result = 'PIN_ENVELOPE_REPLAYED')) AS sign (kind, shown)
   WHERE l.leaf_no >= p_from AND l.leaf_no < p_to AND l.tenant_id <> '*' AND e.phase = 'outcome'
     AND e.action IN ('pin.validate', 'pin.change', 'pin.set', 'pin.reset', 'pin.evaluate', 'otp.check', 'api.call')
     AND sign.shown
   GROUP BY 1, 2, 3, 4, 5
   ORDER BY 4, 1, 2, 3, 5 DESC
$function$;
