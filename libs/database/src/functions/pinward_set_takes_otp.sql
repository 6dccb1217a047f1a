-- Whether a first PIN of this tenant takes a one-time password: the tenant's own rule, else the policy's. A policy from
-- before there was the rule does not have it.
CREATE OR REPLACE FUNCTION pinward_set_takes_otp(p_tenant_id text) RETURNS boolean LANGUAGE sql STABLE AS $function$
  SELECT coalesce(
    (SELECT t.pin_set_otp FROM tenants t WHERE t.tenant_id = p_tenant_id),
    (SELECT (p.content ->> 'pinSetOtp')::boolean FROM policies p ORDER BY p.version DESC LIMIT 1),
    false)
$function$;
