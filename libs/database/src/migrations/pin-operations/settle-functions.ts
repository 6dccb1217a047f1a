import { lockCards, STABLE_PLAN } from './sets.js';

/**
 * Step 3 of docs/try-counter.md: the verdicts of all evaluations that ended together, each fenced by its evaluation id,
 * in one statement and one commit. Returned are those that were settled. A settle that comes after the evaluation was
 * closed changes nothing; so a stale success can never refill tries. pinward_settled_answer then tells the answer that
 * counts, if there is one.
 */
export const SETTLE_FUNCTIONS = `
CREATE OR REPLACE FUNCTION pinward_remember_pin(p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_keep integer)
RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  INSERT INTO pin_history (tenant_id, card_id, sequence, verifier, verifier_salt, verifier_generation)
  SELECT c.tenant_id, c.card_id, c.event_no + 1, c.verifier, c.verifier_salt, c.verifier_generation
    FROM cards c
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.evaluation_id = p_evaluation_id;
  IF FOUND THEN
    DELETE FROM pin_history h
     WHERE h.tenant_id = p_tenant_id AND h.card_id = p_card_id AND h.sequence NOT IN (
       SELECT kept.sequence FROM pin_history kept
        WHERE kept.tenant_id = p_tenant_id AND kept.card_id = p_card_id
        ORDER BY kept.sequence DESC LIMIT p_keep);
  END IF;
END
$function$;

CREATE OR REPLACE FUNCTION pinward_settle(
  p_wait boolean, p_max_tries integer, p_history_length integer,
  p_tenant_ids text[], p_card_ids uuid[], p_evaluation_ids uuid[], p_actions text[], p_verdicts text[],
  p_verifiers bytea[], p_verifier_salts bytea[], p_verifier_generations integer[], p_changed boolean[],
  p_refusals text[], p_answers text[], p_request_keys bytea[], p_request_ids text[],
  p_client_ids text[], p_subjects text[], p_source_addresses text[]
) RETURNS TABLE (evaluation_id uuid) LANGUAGE plpgsql ${STABLE_PLAN} AS $function$
#variable_conflict use_column
DECLARE
  free uuid[];
BEGIN
  ${lockCards('c.evaluation_id = r.evaluation_id')}

  IF true = ANY (p_changed) THEN
    PERFORM pinward_remember_pin(r.tenant_id, r.card_id, r.evaluation_id, greatest(0, p_history_length - 1))
       FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids, p_changed)
            AS r (tenant_id, card_id, evaluation_id, changed)
      WHERE r.changed AND r.evaluation_id = ANY (free);
  END IF;

  RETURN QUERY
  WITH ended AS MATERIALIZED (
    SELECT r.*, r.verdict = 'matched' AS matched, coalesce(t.pin_max_tries, p_max_tries) AS max_tries
      FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids, p_actions, p_verdicts,
                  p_verifiers, p_verifier_salts, p_verifier_generations, p_changed,
                  p_refusals, p_answers, p_request_keys, p_request_ids, p_client_ids, p_subjects, p_source_addresses)
           AS r (tenant_id, card_id, evaluation_id, action, verdict,
                 new_verifier, new_salt, new_generation, changed,
                 refusal, answer, request_key, request_id, client_id, subject, source_address)
      LEFT JOIN tenants t ON t.tenant_id = r.tenant_id
     WHERE r.evaluation_id = ANY (free)
  ), settled AS (
    UPDATE cards AS c
       SET evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL,
           tries_spent = CASE WHEN e.matched THEN 0 ELSE c.tries_spent END,
           failures_without_success = CASE WHEN e.matched THEN 0 ELSE c.failures_without_success END,
           pin_status = CASE WHEN NOT e.matched AND c.tries_spent >= e.max_tries THEN 'locked' ELSE c.pin_status END,
           locked_at = CASE WHEN NOT e.matched AND c.tries_spent >= e.max_tries THEN clock_timestamp()
                            ELSE c.locked_at END,
           verifier = coalesce(e.new_verifier, c.verifier),
           verifier_salt = coalesce(e.new_salt, c.verifier_salt),
           verifier_generation = coalesce(e.new_generation, c.verifier_generation),
           pin_set_at = CASE WHEN e.changed THEN clock_timestamp() ELSE c.pin_set_at END,
           event_no = c.event_no + 1
      FROM ended e
     WHERE c.tenant_id = e.tenant_id AND c.card_id = e.card_id AND c.evaluation_id = e.evaluation_id
    RETURNING e.*, c AS card
  ), answered AS (
    UPDATE idempotency_records AS i SET answer = s.answer
      FROM settled s
     WHERE i.tenant_id = s.tenant_id AND i.request_key = s.request_key AND i.evaluation_id = s.evaluation_id
  ), recorded AS (
    INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase, result,
                              card_id, masked_pan, event_no, evaluation_id, details)
    SELECT s.tenant_id, s.client_id, s.subject, s.source_address, s.request_id, s.action, 'outcome', s.verdict,
           s.card_id, 'XXXX' || (s.card).pan_last4, (s.card).event_no, s.evaluation_id,
           '{' || pinward_card_state(s.card) || coalesce(',"refusal":' || to_json(s.refusal), '')
             || CASE WHEN s.changed THEN ',"changed":true' WHEN s.new_verifier IS NOT NULL THEN ',"renewed":true' ELSE '' END
             || '}'
      FROM settled s
  ), emitted AS (
    INSERT INTO outbox_events (tenant_id, type, card_id, event_no, data)
    SELECT s.tenant_id, event.type, s.card_id, (s.card).event_no,
           pinward_card_event_data(s.card, s.max_tries, s.request_id)
      FROM settled s CROSS JOIN LATERAL (VALUES
             ('pin.changed', s.changed),
             ('pin.try_failed', s.verdict IN ('not-matched', 'unreadable')),
             ('pin.locked', (s.card).pin_status = 'locked')) AS event (type, happened)
     WHERE event.happened
  )
  SELECT s.evaluation_id FROM settled s;
END
$function$;

CREATE OR REPLACE FUNCTION pinward_settled_answer(p_tenant_id text, p_request_key bytea, p_evaluation_id uuid) RETURNS text
LANGUAGE sql STABLE AS $function$
  SELECT i.answer FROM idempotency_records i
   WHERE i.tenant_id = p_tenant_id AND i.request_key = p_request_key AND i.evaluation_id = p_evaluation_id
$function$;

CREATE OR REPLACE FUNCTION pinward_give_back(
  p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_action text, p_request_key bytea, p_request_id text,
  p_client_id text, p_subject text, p_source_address text,
  p_kid_1 text, p_digest_1 bytea, p_kid_2 text, p_digest_2 bytea
) RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
  card cards;
BEGIN
  UPDATE cards AS c
     SET evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL,
         tries_spent = c.tries_spent - 1,
         failures_without_success = c.failures_without_success - 1,
         event_no = c.event_no + 1
   WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.evaluation_id = p_evaluation_id
  RETURNING c.* INTO card;
  IF NOT FOUND THEN
    RETURN false;
  END IF;

  DELETE FROM idempotency_records i
   WHERE i.tenant_id = p_tenant_id AND i.request_key = p_request_key AND i.evaluation_id = p_evaluation_id;
  DELETE FROM pin_envelopes e
   WHERE e.tenant_id = p_tenant_id
     AND ((e.kid = p_kid_1 AND e.digest = p_digest_1) OR (e.kid = p_kid_2 AND e.digest = p_digest_2));

  INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase, result,
                            card_id, masked_pan, event_no, evaluation_id, details)
  VALUES (p_tenant_id, p_client_id, p_subject, p_source_address, p_request_id, p_action, 'outcome', 'given-back',
          p_card_id, 'XXXX' || card.pan_last4, card.event_no, p_evaluation_id,
          '{' || pinward_card_state(card) || '}');
  RETURN true;
END
$function$;
`;
