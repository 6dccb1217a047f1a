-- The outcome of a request that was not granted: the contract's code of its refusal, or "answered" with the stored
-- answer. One evaluation id is debited once: the same id again, after a lost connection, is "granted" with its stored
-- values. An evaluation past its deadline is closed on the way; after that, and after a race, the outcome is "again".
CREATE OR REPLACE FUNCTION pinward_spend_answer(
  p_max_tries integer, p_max_failures integer, p_tenant_id text, p_card_id uuid, p_evaluation_id uuid,
  p_request_key bytea, p_fingerprint bytea,
  p_kid_1 text, p_digest_1 bytea, p_kid_2 text, p_digest_2 bytea,
  OUT outcome text, OUT retry_after_ms integer, OUT stored_answer text,
  OUT tries_spent integer, OUT max_tries integer, OUT tries_left integer, OUT event_no bigint,
  OUT verifier bytea, OUT verifier_salt bytea, OUT verifier_generation integer, OUT pin_account text
) LANGUAGE plpgsql AS $function$
DECLARE
  seen    record;
  left_ms integer;
BEGIN
  SELECT least(p_max_tries, p.pin_max_tries), least(p_max_failures, p.pin_max_failures)
    INTO p_max_tries, p_max_failures FROM pinward_policy() AS p;
  SELECT c.card_id, c.pin_status, c.tries_spent, c.failures_without_success, c.evaluation_id, c.event_no,
         extract(epoch FROM c.evaluation_deadline - clock_timestamp()) * 1000 AS left_ms,
         c.verifier, c.verifier_salt, c.verifier_generation, c.pin_account,
         least(coalesce(t.pin_max_tries, p_max_tries), p_max_failures) AS max_tries,
         i.request_key IS NOT NULL AS claimed, i.card_id AS claimed_card, i.evaluation_id AS claimed_by,
         i.fingerprint, i.answer,
         (p_kid_1 = p_kid_2 AND p_digest_1 = p_digest_2) IS TRUE
           OR EXISTS (SELECT FROM pin_envelopes e
                       WHERE e.tenant_id = p_tenant_id AND e.kid = p_kid_1 AND e.digest = p_digest_1)
           OR (p_kid_2 IS NOT NULL AND EXISTS (SELECT FROM pin_envelopes e
                       WHERE e.tenant_id = p_tenant_id AND e.kid = p_kid_2 AND e.digest = p_digest_2))
           AS replayed
    INTO seen
    FROM (SELECT) AS request
    LEFT JOIN tenants t ON t.tenant_id = p_tenant_id
    LEFT JOIN cards c ON c.tenant_id = p_tenant_id AND c.card_id = p_card_id
    LEFT JOIN idempotency_records i ON i.tenant_id = p_tenant_id AND i.request_key = p_request_key;
  left_ms := greatest(1, ceil(seen.left_ms));

  IF seen.evaluation_id = p_evaluation_id THEN
    outcome := 'granted';
    tries_spent := seen.tries_spent;
    max_tries := seen.max_tries;
    tries_left := least(seen.max_tries - seen.tries_spent, p_max_failures - seen.failures_without_success);
    event_no := seen.event_no;
    verifier := seen.verifier;
    verifier_salt := seen.verifier_salt;
    verifier_generation := seen.verifier_generation;
    pin_account := seen.pin_account;
    RETURN;
  END IF;

  IF seen.claimed THEN
    outcome := CASE
      WHEN seen.claimed_by IS DISTINCT FROM p_evaluation_id AND (seen.fingerprint IS NULL OR p_fingerprint IS NULL)
        THEN 'REQUEST_NOT_REPLAYABLE'
      WHEN seen.claimed_by IS DISTINCT FROM p_evaluation_id AND seen.fingerprint <> p_fingerprint
        THEN 'REQUEST_ID_REUSED'
      WHEN seen.answer IS NOT NULL THEN 'answered'
      WHEN seen.claimed_card <> p_card_id THEN 'REQUEST_IN_PROGRESS'
      WHEN seen.claimed_by IS DISTINCT FROM seen.evaluation_id THEN 'REQUEST_NOT_REPLAYABLE'
      WHEN seen.left_ms > 0 THEN 'REQUEST_IN_PROGRESS'
      ELSE 'overdue'
    END;
  ELSE
    outcome := CASE
      WHEN seen.card_id IS NULL THEN 'CARD_NOT_FOUND'
      WHEN seen.pin_status = 'closed' THEN 'CARD_CLOSED'
      WHEN seen.pin_status = 'unset' THEN 'PIN_NOT_SET'
      WHEN seen.pin_status = 'locked' THEN 'PIN_LOCKED'
      WHEN seen.left_ms > 0 THEN 'PIN_EVALUATION_IN_PROGRESS'
      WHEN seen.evaluation_id IS NOT NULL THEN 'overdue'
      WHEN seen.tries_spent >= seen.max_tries OR seen.failures_without_success >= p_max_failures THEN 'PIN_LOCKED'
      WHEN seen.replayed THEN 'PIN_ENVELOPE_REPLAYED'
      ELSE 'again'
    END;
  END IF;

  CASE outcome
    WHEN 'answered' THEN stored_answer := seen.answer;
    WHEN 'PIN_EVALUATION_IN_PROGRESS' THEN retry_after_ms := left_ms;
    -- The deadline of another card's evaluation is not known here.
    WHEN 'REQUEST_IN_PROGRESS' THEN retry_after_ms := CASE WHEN seen.claimed_card <> p_card_id THEN 1000 ELSE left_ms END;
    WHEN 'overdue' THEN
      PERFORM pinward_abandon(p_tenant_id, p_card_id, seen.evaluation_id, p_max_tries);
      outcome := 'again';
    ELSE NULL;
  END CASE;
END
$function$;
