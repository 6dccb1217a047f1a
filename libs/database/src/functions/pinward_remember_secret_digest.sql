-- Records the digest of a client secret that matched its scrypt hash. It runs as the schema's owner, so that the
-- service's role can write a digest once and never replace it.
CREATE OR REPLACE FUNCTION pinward_remember_secret_digest(
  p_tenant_id text, p_client_id text, p_secret_no integer, p_digest bytea)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $function$
  UPDATE public.client_secrets s
     SET digest = p_digest
   WHERE s.tenant_id = p_tenant_id AND s.client_id = p_client_id AND s.secret_no = p_secret_no
     AND s.digest IS NULL
$function$;
