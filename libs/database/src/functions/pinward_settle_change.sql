-- For services from before ADR 0019.
--
-- Step 3 of docs/try-counter.md for a change: without its one-time password the answer reveals nothing. A result that
-- reveals something about the card's PINs uses the one-time password up in the same statement: a new verifier, or
-- PIN_REUSED, which would otherwise answer any number of guesses at earlier PINs. Other results leave it live. The card
-- is locked first, as in every statement that uses a one-time password up. When it is no longer live, the PIN stays as
-- it was, the answer is p_rejected however the evaluation ended, and the tries follow the verdict. otp_used says
-- whether it was live. Takes one request, in arrays of one, as pinward_settle does.
CREATE OR REPLACE FUNCTION pinward_settle_change(
  p_otp_id uuid, p_rejected text, p_max_tries integer, p_history_length integer,
  p_tenant_ids text[], p_card_ids uuid[], p_evaluation_ids uuid[], p_actions text[], p_verdicts text[],
  p_verifiers bytea[], p_verifier_salts bytea[], p_verifier_generations integer[], p_changed boolean[],
  p_refusals text[], p_answers text[], p_request_keys bytea[], p_request_ids text[],
  p_client_ids text[], p_subjects text[], p_source_addresses text[]
) RETURNS TABLE (evaluation_id uuid, otp_used boolean) LANGUAGE plpgsql AS $function$
BEGIN
  PERFORM FROM cards c
    WHERE c.tenant_id = p_tenant_ids[1] AND c.card_id = p_card_ids[1] AND c.evaluation_id = p_evaluation_ids[1]
      FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  IF p_changed[1] OR p_refusals[1] = 'PIN_REUSED' THEN
    UPDATE one_time_passwords o SET status = 'used', ended_at = clock_timestamp()
     WHERE o.tenant_id = p_tenant_ids[1] AND o.otp_id = p_otp_id AND o.card_id = p_card_ids[1]
       AND o.purpose = 'pin-change' AND o.status = 'live' AND o.expires_at > clock_timestamp();
  ELSE
    PERFORM FROM one_time_passwords o
      WHERE o.tenant_id = p_tenant_ids[1] AND o.otp_id = p_otp_id AND o.card_id = p_card_ids[1]
        AND o.purpose = 'pin-change' AND o.status = 'live' AND o.expires_at > clock_timestamp();
  END IF;
  otp_used := FOUND;
  IF NOT otp_used THEN
    p_verifiers := ARRAY[NULL];
    p_verifier_salts := ARRAY[NULL];
    p_verifier_generations := ARRAY[NULL];
    p_changed := ARRAY[false];
    p_refusals := ARRAY['OTP_REJECTED'];
    p_answers := ARRAY[p_rejected];
  END IF;

  SELECT s.evaluation_id INTO evaluation_id
    FROM pinward_settle(true, p_max_tries, p_history_length, p_tenant_ids, p_card_ids, p_evaluation_ids, p_actions,
           p_verdicts, p_verifiers, p_verifier_salts, p_verifier_generations, p_changed, p_refusals, p_answers,
           p_request_keys, p_request_ids, p_client_ids, p_subjects, p_source_addresses) AS s;
  IF p_changed[1] AND evaluation_id IS NOT NULL THEN
    PERFORM pinward_require_chip_commands(p_tenant_ids[1], p_card_ids[1], ARRAY['CHANGE_PIN'], p_max_tries, p_request_ids[1]);
  END IF;
  RETURN NEXT;
END
$function$;
