-- Outcomes in the order given, each with its card as this transaction sees it.
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
