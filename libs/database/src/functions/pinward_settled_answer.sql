-- The final answer of an evaluation that was closed before its settle came, if there is one.
CREATE OR REPLACE FUNCTION pinward_settled_answer(p_tenant_id text, p_request_key bytea, p_evaluation_id uuid) RETURNS text
LANGUAGE sql STABLE AS $function$
  SELECT i.answer FROM idempotency_records i
   WHERE i.tenant_id = p_tenant_id AND i.request_key = p_request_key AND i.evaluation_id = p_evaluation_id
$function$;
