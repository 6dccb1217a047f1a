/**
 * pinward_card_state: what an outcome tells of its card, as members of a JSON object; a card's row must agree with the
 * newest one (pinctl cards verify). Of the PIN verifier it holds a hash, which says no more than whether it is the same.
 *
 * pinward_append_audit: outcomes in the order given, each with its card as this transaction sees it.
 */
export const AUDIT_FUNCTIONS = `
CREATE OR REPLACE FUNCTION pinward_card_state(c cards) RETURNS text LANGUAGE sql STABLE AS $function$
  SELECT '"pinStatus":"' || c.pin_status || '","triesSpent":' || c.tries_spent
    || ',"failuresWithoutSuccess":' || c.failures_without_success
    || CASE WHEN c.verifier IS NULL THEN ''
            ELSE ',"verifierHash":"' || encode(sha256(c.verifier || c.verifier_salt || int4send(c.verifier_generation)), 'hex') || '"'
       END
$function$;

CREATE OR REPLACE FUNCTION pinward_append_audit(
  p_tenant_ids text[], p_client_ids text[], p_subjects text[], p_source_addresses text[], p_request_ids text[],
  p_actions text[], p_results text[], p_card_ids uuid[], p_event_nos bigint[], p_details text[]
) RETURNS void LANGUAGE sql AS $function$
  INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase, result,
                            card_id, masked_pan, event_no, details)
  SELECT r.tenant_id, r.client_id, r.subject, r.source_address, r.request_id, r.action, 'outcome', r.result,
         r.card_id, 'XXXX' || c.pan_last4, r.event_no,
         CASE WHEN r.event_no IS NULL THEN r.details
              ELSE '{' || pinward_card_state(c) || coalesce(',' || substr(r.details, 2, length(r.details) - 2), '') || '}'
         END
    FROM unnest(p_tenant_ids, p_client_ids, p_subjects, p_source_addresses, p_request_ids,
                p_actions, p_results, p_card_ids, p_event_nos, p_details) WITH ORDINALITY
         AS r (tenant_id, client_id, subject, source_address, request_id, action, result, card_id, event_no, details, place)
    LEFT JOIN cards c ON c.tenant_id = r.tenant_id AND c.card_id = r.card_id
   ORDER BY r.place
$function$;
`;

/**
 * pinward_audit_line: the line as its leaf holds it, JSON without white space, members without a value left out. Whoever
 * verifies the trail makes it anew, without this function (libs/audit/src/leaf.ts).
 *
 * pinward_seal_events gives a place in the tree to every line that is committed and has none; nobody who writes lines
 * waits for it. A line is new when the last snapshot did not see its transaction: neither an identity
 * nor a time would do, since both are handed out before the commit, and an older transaction may commit later. Lines of
 * one card keep their order: each was written under the lock of the card's row, with audit_id taken then. Returns what
 * it sealed and the size of the tree; no row while another process seals.
 */
export const SEALING_FUNCTIONS = `
CREATE OR REPLACE FUNCTION pinward_audit_line(e audit_events) RETURNS text LANGUAGE sql STABLE AS $function$
  SELECT '{"auditId":' || e.audit_id
    || ',"occurredAt":"' || to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'
    || ',"tenantId":' || to_json(e.tenant_id)
    || ',"clientId":' || to_json(e.client_id)
    || ',"subject":' || to_json(e.subject)
    || coalesce(',"sourceAddress":' || to_json(e.source_address), '')
    || ',"requestId":' || to_json(e.request_id)
    || ',"action":' || to_json(e.action)
    || ',"phase":"' || e.phase || '"'
    || coalesce(',"result":' || to_json(e.result), '')
    || coalesce(',"cardId":"' || e.card_id || '"', '')
    || coalesce(',"maskedPan":' || to_json(e.masked_pan), '')
    || coalesce(',"eventNo":' || e.event_no, '')
    || coalesce(',"evaluationId":"' || e.evaluation_id || '"', '')
    || coalesce(',"details":' || e.details, '')
    || '}'
$function$;

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
           sha256('\\x00'::bytea || convert_to(pinward_audit_line(e), 'UTF8')) AS hash
      FROM audit_events e
     WHERE (e.xid >= pg_snapshot_xmax(reached.snapshot)
            OR e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(reached.snapshot))))
  ), placed AS (
    INSERT INTO audit_leaves (leaf_no, hash, tenant_id, occurred_at, audit_id, card_id)
    SELECT reached.tree_size + row_number() OVER (ORDER BY u.audit_id) - 1,
           u.hash, u.tenant_id, u.occurred_at, u.audit_id, u.card_id
      FROM unsealed u
  )
  -- The snapshot of this very statement: what it saw has its place now, what it did not see is new the next time.
  SELECT count(*), pg_current_snapshot() INTO sealed, seen FROM unsealed;

  size := reached.tree_size + sealed;
  IF sealed > 0 THEN
    UPDATE audit_sealing SET tree_size = size, snapshot = seen;
  END IF;
  RETURN NEXT;
END
$function$;
`;
