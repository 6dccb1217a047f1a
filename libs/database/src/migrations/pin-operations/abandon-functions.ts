/**
 * An evaluation past its deadline stays spent: nobody knows its verdict. It is closed here and nowhere else, by the
 * sweeper or by the next request that meets it; from then on its request id has a final answer, and a late settle is
 * fenced.
 */
export const ABANDON_FUNCTIONS = `
CREATE OR REPLACE FUNCTION pinward_abandon(p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_max_tries integer)
RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
  before      record;
  card        cards;
  max_tries   integer;
  of_request  text;
  of_action   text;
BEGIN
  SELECT c.evaluation_request_key AS request_key, coalesce(t.pin_max_tries, p_max_tries) AS max_tries INTO before
    FROM cards c LEFT JOIN tenants t USING (tenant_id)
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.evaluation_id = p_evaluation_id;

  UPDATE cards AS c
     SET evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL,
         pin_status = CASE WHEN c.tries_spent >= before.max_tries THEN 'locked' ELSE c.pin_status END,
         locked_at = CASE WHEN c.tries_spent >= before.max_tries THEN clock_timestamp() ELSE c.locked_at END,
         event_no = c.event_no + 1
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id
     AND c.evaluation_id = p_evaluation_id AND c.evaluation_deadline <= clock_timestamp()
  RETURNING c.* INTO card;
  IF NOT FOUND THEN
    RETURN false;
  END IF;

  UPDATE idempotency_records AS i
     SET answer = '{"problem":"EVALUATION_ABANDONED","members":{}}'
   WHERE i.tenant_id = p_tenant_id AND i.request_key = before.request_key AND i.evaluation_id = p_evaluation_id
  RETURNING i.request_id, i.action INTO of_request, of_action;

  -- After days without a sweep the request's record has been dropped with its day; the card must come free all the same.
  of_request := coalesce(of_request, 'expired');
  INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result,
                            card_id, masked_pan, event_no, evaluation_id, details)
  VALUES (p_tenant_id, 'pinward', 'sweeper', of_request, coalesce(of_action, 'pin.evaluate'), 'outcome', 'abandoned',
          p_card_id, 'XXXX' || card.pan_last4, card.event_no, p_evaluation_id,
          '{' || pinward_card_state(card) || '}');
  IF card.pin_status = 'locked' THEN
    PERFORM pinward_emit_card_event('pin.locked', card, before.max_tries, of_request);
  END IF;
  RETURN true;
END
$function$;

CREATE OR REPLACE FUNCTION pinward_close_abandoned(p_limit integer, p_max_tries integer) RETURNS integer
LANGUAGE plpgsql AS $function$
DECLARE
  -- A record is stamped before its transaction commits: one that took long must not be passed over.
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

  -- SKIP LOCKED: a card somebody is writing right now is left for the next round, and nobody waits for a sweep.
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

  -- Everything up to the oldest evaluation still in flight is done with; the mark moves in steps, not every round.
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
`;
