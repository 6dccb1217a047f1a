-- The line as its leaf holds it: JSON without white space and without empty members. The verification of the trail
-- makes it anew, without this function (libs/audit/src/leaf.ts).
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
