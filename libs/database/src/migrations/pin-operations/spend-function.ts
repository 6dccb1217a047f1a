/**
 * Step 1 of docs/try-counter.md. Looks at card, request id and envelopes in one snapshot and without a lock, so that
 * a refusal writes nothing; then compares and sets the card's event_no, so that nothing is granted on a state that
 * has passed. Only then does it write the rest, as plain INSERTs: a unique violation (one request id or envelope on
 * two cards at once) takes everything back, and the caller runs it again.
 *
 * One evaluation id is debited once: the same id again, after a lost connection, is granted what it has.
 */
export const SPEND_FUNCTION = `
CREATE FUNCTION pinward_spend(
  p_tenant_id text, p_card_id uuid, p_evaluation_id uuid, p_action text, p_max_tries integer, p_window_ms integer,
  p_request_key bytea, p_fingerprint bytea, p_request_id text,
  p_client_id text, p_subject text, p_source_address text,
  p_kid_1 text, p_digest_1 bytea, p_kid_2 text, p_digest_2 bytea,
  OUT outcome text, OUT retry_after_ms integer, OUT stored_answer text,
  OUT tries_spent integer, OUT max_tries integer,
  OUT verifier bytea, OUT verifier_salt bytea, OUT verifier_generation integer, OUT pin_account text
) LANGUAGE plpgsql AS $function$
DECLARE
  looks CONSTANT integer := 5;
  seen  record;
  left_ms integer;
BEGIN
  FOR look IN 1..looks LOOP
    SELECT c.card_id, c.pin_status, c.tries_spent, c.event_no, c.evaluation_id,
           extract(epoch FROM c.evaluation_deadline - clock_timestamp()) * 1000 AS left_ms,
           c.verifier, c.verifier_salt, c.verifier_generation, c.pin_account,
           coalesce(t.pin_max_tries, p_max_tries) AS max_tries,
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
    max_tries := seen.max_tries;
    tries_spent := seen.tries_spent;
    verifier := seen.verifier;
    verifier_salt := seen.verifier_salt;
    verifier_generation := seen.verifier_generation;
    pin_account := seen.pin_account;

    IF seen.evaluation_id = p_evaluation_id THEN
      outcome := 'granted';
      RETURN;
    END IF;

    IF seen.claimed THEN
      IF seen.claimed_by IS DISTINCT FROM p_evaluation_id THEN
        IF seen.fingerprint IS NULL OR p_fingerprint IS NULL THEN
          outcome := 'request-not-replayable';
          RETURN;
        ELSIF seen.fingerprint <> p_fingerprint THEN
          outcome := 'request-id-reused';
          RETURN;
        END IF;
      END IF;
      IF seen.answer IS NOT NULL THEN
        outcome := 'answered';
        stored_answer := seen.answer;
        RETURN;
      ELSIF seen.claimed_card <> p_card_id THEN
        outcome := 'request-in-progress';
        retry_after_ms := 1000;
        RETURN;
      ELSIF seen.claimed_by IS DISTINCT FROM seen.evaluation_id THEN
        outcome := 'request-not-replayable';
        RETURN;
      ELSIF seen.left_ms > 0 THEN
        outcome := 'request-in-progress';
        retry_after_ms := left_ms;
        RETURN;
      END IF;
      PERFORM pinward_abandon(p_tenant_id, p_card_id, seen.evaluation_id, p_max_tries);
      CONTINUE;
    END IF;

    outcome := CASE
      WHEN seen.card_id IS NULL THEN 'unknown-card'
      WHEN seen.pin_status = 'closed' THEN 'card-closed'
      WHEN seen.pin_status = 'unset' THEN 'pin-not-set'
      WHEN seen.pin_status = 'locked' THEN 'pin-locked'
      WHEN seen.left_ms > 0 THEN 'evaluation-in-flight'
      WHEN seen.evaluation_id IS NOT NULL THEN 'overdue'
      WHEN seen.tries_spent >= seen.max_tries THEN 'pin-locked'
      WHEN seen.replayed THEN 'envelope-replayed'
      ELSE 'granted'
    END;
    IF outcome = 'overdue' THEN
      PERFORM pinward_abandon(p_tenant_id, p_card_id, seen.evaluation_id, p_max_tries);
      CONTINUE;
    ELSIF outcome <> 'granted' THEN
      retry_after_ms := left_ms;
      RETURN;
    END IF;

    UPDATE cards AS c
       SET tries_spent = c.tries_spent + 1,
           failures_without_success = c.failures_without_success + 1,
           evaluation_id = p_evaluation_id,
           evaluation_deadline = clock_timestamp() + p_window_ms * interval '1 millisecond',
           evaluation_request_key = p_request_key,
           event_no = c.event_no + 1
     WHERE c.tenant_id = p_tenant_id AND c.card_id = p_card_id AND c.event_no = seen.event_no;
    CONTINUE WHEN NOT FOUND;
    tries_spent := seen.tries_spent + 1;

    INSERT INTO idempotency_records (tenant_id, request_key, request_id, action, card_id, evaluation_id, fingerprint)
    VALUES (p_tenant_id, p_request_key, p_request_id, p_action, p_card_id, p_evaluation_id, p_fingerprint);

    -- Two at once always in one order: two requests with the same pair would lock each other out.
    IF p_kid_2 IS NULL THEN
      INSERT INTO pin_envelopes (tenant_id, kid, digest) VALUES (p_tenant_id, p_kid_1, p_digest_1);
    ELSIF (p_digest_1, p_kid_1) < (p_digest_2, p_kid_2) THEN
      INSERT INTO pin_envelopes (tenant_id, kid, digest)
      VALUES (p_tenant_id, p_kid_1, p_digest_1), (p_tenant_id, p_kid_2, p_digest_2);
    ELSE
      INSERT INTO pin_envelopes (tenant_id, kid, digest)
      VALUES (p_tenant_id, p_kid_2, p_digest_2), (p_tenant_id, p_kid_1, p_digest_1);
    END IF;

    INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase,
                              card_id, event_no, evaluation_id)
    VALUES (p_tenant_id, p_client_id, p_subject, p_source_address, p_request_id, p_action, 'intent',
            p_card_id, seen.event_no + 1, p_evaluation_id);
    RETURN;
  END LOOP;

  -- Five other writers were faster, so the card is busy.
  outcome := 'evaluation-in-flight';
  retry_after_ms := 1000;
END
$function$;
`;
